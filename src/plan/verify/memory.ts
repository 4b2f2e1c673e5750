/** What is behind the guest's memory: pages, nodes, locking, merging, dumps. Pure. Kernel: proc(5), Documentation/filesystems/proc, mm/numa_memory_policy. */
import { formatBytes, formatCpuList, formatRoughBytes } from '../../units.js';
import type { MemoryBackend, MemoryPlan } from '../plan.js';
import { type Check, judged, skipped } from './check.js';
import { findRegions, type Region } from './regions.js';
import type { RunningVm } from './running.js';

/** Every piece of the guest's memory, then the whole. */
export function judgeMemory(name: string, memory: MemoryPlan, running: RunningVm): Check[] {
  const nodes = memory.nodes.flatMap((node) => (node.memory === null ? [] : [node.memory]));
  const pieces = [
    ...(memory.nodes.length === 0 ? [memory] : nodes),
    ...memory.modules.map(({ backend }) => backend),
  ];
  const regions = findRegions(pieces, running.mappings);
  const advice = `Start it anew: vm restart ${name}.`;
  return [
    ...pieces.flatMap((piece, index) =>
      judgePiece(`memory.${index}`, piece, regions[index], running, advice),
    ),
    ...pieces.flatMap((piece, index) =>
      judgeConfined(`memory.${index}`, piece, regions[index], memory.confinedTo, advice),
    ),
    ...judgeLocked(memory, regions, running, advice),
  ];
}

function judgePiece(
  id: string,
  piece: MemoryBackend,
  region: Region | undefined,
  running: RunningVm,
  advice: string,
): Check[] {
  const size = formatBytes(piece.bytes);
  const backing = judged(
    `${id}.backing`,
    `${size} of the guest's memory are ${inWords(piece)}`,
    region !== undefined,
    region === undefined ? 'QEMU has no such mapping' : `mapped at ${region.start}`,
    advice,
  );
  if (region === undefined) return [backing];
  return [
    backing,
    ...judgePages(id, piece, region, running, advice),
    ...judgeNodes(id, piece, region, advice),
    judgeMerging(id, piece, region, running, advice),
    judgeDump(id, piece, region, advice),
  ];
}

function inWords({ backing, path, shared }: MemoryBackend): string {
  const access = shared ? 'shared' : 'private';
  return backing === 'file' ? `${access}, in ${path}` : `${access}, ${backing}`;
}

function judgePages(
  id: string,
  { bytes, hugepageBytes, preallocate, backing }: MemoryBackend,
  region: Region,
  { transparentHugepages }: RunningVm,
  advice: string,
): Check[] {
  const resident = region.hugetlbBytes + region.residentBytes;
  const allocated = preallocate
    ? [
        judged(
          `${id}.allocated`,
          'every page is there from the start',
          resident >= bytes,
          `${formatRoughBytes(resident)} of ${formatBytes(bytes)}`,
          advice,
        ),
      ]
    : [];
  if (hugepageBytes !== null) {
    const pages = `${formatBytes(region.pageBytes)} pages, ${formatRoughBytes(region.hugetlbBytes)} of them in use`;
    const used = region.hugetlbBytes > 0 || !preallocate;
    const promise = `it is in huge pages of ${formatBytes(hugepageBytes)}`;
    return [
      judged(`${id}.hugepages`, promise, region.pageBytes === hugepageBytes && used, pages, advice),
      ...allocated,
    ];
  }
  return backing === 'anonymous'
    ? [judgeTransparent(id, region, transparentHugepages), ...allocated]
    : allocated;
}

/** What the host lets it have is no promise of the spec. */
function judgeTransparent(id: string, region: Region, setting: string | null): Check {
  const promise = 'the kernel may take transparent huge pages for it';
  const found = `${formatRoughBytes(region.transparentHugeBytes)} of ${formatRoughBytes(region.residentBytes)} in use`;
  if (setting === null || setting === 'never')
    return skipped(
      `${id}.transparentHugepages`,
      promise,
      setting === null ? 'this kernel has none' : 'this host has them switched off',
      setting === null ? null : 'Switch them on: echo madvise > /sys/kernel/mm/transparent_hugepage/enabled.',
    );
  const allowed = setting === 'always' || region.flags.includes('hg');
  return judged(`${id}.transparentHugepages`, promise, allowed && !region.flags.includes('nh'), found);
}

/** `bind` leaves no choice; by the other policies pages may be elsewhere. */
function judgeNodes(
  id: string,
  { hostNodes, policy }: MemoryBackend,
  region: Region,
  advice: string,
): Check[] {
  if (hostNodes.length === 0) return [];
  const nodes = formatCpuList(hostNodes);
  const promise = `it is taken from host node${hostNodes.length === 1 ? '' : 's'} ${nodes} (${policy})`;
  if (region.policy === null) return [skipped(`${id}.nodes`, promise, 'this kernel does not tell of nodes')];
  const where = region.bytesByNode.map(({ node, bytes }) => `${formatRoughBytes(bytes)} on node ${node}`);
  const elsewhere = region.bytesByNode.filter(({ node }) => !hostNodes.includes(node));
  const word = { default: 'default', bind: 'bind', preferred: 'prefer', interleave: 'interleave' }[policy];
  const follows = region.policy.startsWith(word) && region.policy.endsWith(`:${nodes}`);
  return [
    judged(
      `${id}.nodes`,
      promise,
      follows && (policy !== 'bind' || elsewhere.length === 0),
      `the policy is ${region.policy}; ${where.length === 0 ? 'no page is in use' : where.join(', ')}`,
      advice,
    ),
  ];
}

/** What is not bound, and comes from the nodes that the kernel confines QEMU to. */
function judgeConfined(
  id: string,
  { hostNodes }: MemoryBackend,
  region: Region | undefined,
  confinedTo: readonly number[],
  advice: string,
): Check[] {
  if (confinedTo.length === 0 || hostNodes.length > 0 || region === undefined) return [];
  const promise = `it is taken from host node ${formatCpuList(confinedTo)} (restrictive)`;
  if (region.policy === null) return [skipped(`${id}.nodes`, promise, 'this kernel does not tell of nodes')];
  const where = region.bytesByNode.map(({ node, bytes }) => `${formatRoughBytes(bytes)} on node ${node}`);
  const isKept = region.bytesByNode.every(({ node }) => confinedTo.includes(node));
  const found = where.length === 0 ? 'no page is in use' : where.join(', ');
  return [judged(`${id}.nodes`, promise, isKept, found, advice)];
}

function judgeMerging(
  id: string,
  { merge }: MemoryBackend,
  { flags }: Region,
  { ksmRuns }: RunningVm,
  advice: string,
): Check {
  const mergeable = flags.includes('mg');
  const found = mergeable ? 'the kernel may merge it' : 'the kernel may not merge it';
  if (!merge)
    return judged(`${id}.merge`, "none of its pages is merged with other guests'", !mergeable, found, advice);
  const promise = "its pages may be merged with other guests'";
  return mergeable && ksmRuns === false
    ? skipped(
        `${id}.merge`,
        promise,
        'it may, but KSM is off',
        'Switch it on: echo 1 > /sys/kernel/mm/ksm/run.',
      )
    : judged(`${id}.merge`, promise, mergeable, found, advice);
}

function judgeDump(id: string, { dump }: MemoryBackend, { flags }: Region, advice: string): Check {
  const left = flags.includes('dd');
  const found = left ? 'dumps leave it out' : 'dumps contain it';
  const promise = dump ? 'a core dump of QEMU contains it' : 'no core dump of QEMU contains it';
  return judged(`${id}.dump`, promise, left !== dump, found, advice);
}

/** Huge pages are never swapped out, and the kernel counts none of them as locked. */
function judgeLocked(
  { locked, bytes }: MemoryPlan,
  regions: readonly (Region | undefined)[],
  { lockedBytes }: RunningVm,
  advice: string,
): Check[] {
  if (locked === false) return [];
  const flags = regions.map((region) => region?.flags ?? []);
  const isKept = flags.every((each) => each.includes('lo') || each.includes('ht'));
  const huge = flags.some((each) => each.includes('ht')) ? '; huge pages stay without that' : '';
  return [
    judged(
      'memory.locked',
      `${formatBytes(bytes)} are never swapped out`,
      isKept,
      `QEMU has ${formatRoughBytes(lockedBytes)} locked${huge}`,
      advice,
    ),
  ];
}
