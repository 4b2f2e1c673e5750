/** Whether this host has the memory that a plan wants. Pure. */
import { formatBytes } from '../units.js';
import type { HostFacts, HugepagePool } from './facts.js';
import type { PlanNotes } from './findings.js';
import type { MemoryBackend, MemoryPlan } from './plan.js';

interface RoomInput extends Pick<PlanNotes, 'find'> {
  readonly host: HostFacts;
}

/** Huge pages that are not free are missing; memory that is more than the host's is a warning, for there may be swap. */
export function reportRoom(input: RoomInput, plan: MemoryPlan): void {
  const pieces: MemoryBackend[] = [
    ...(plan.nodes.length === 0 ? [plan] : plan.nodes.flatMap(({ memory }) => memory ?? [])),
    ...plan.modules.map(({ backend }) => backend),
  ];
  for (const size of new Set(pieces.map(({ hugepageBytes }) => hugepageBytes))) {
    if (size === null) continue;
    const ofSize = pieces.filter(({ hugepageBytes }) => hugepageBytes === size);
    if (!reportPool(input, size, pagesOf(ofSize, size))) reportNodePools(input, size, ofSize);
  }
  const ordinary = pieces.filter(({ hugepageBytes }) => hugepageBytes === null);
  const bytes = ordinary.reduce((sum, piece) => sum + piece.bytes, 0);
  if (input.host.memoryBytes === null || bytes <= input.host.memoryBytes) return;
  input.find({
    severity: 'warning',
    code: 'host.memory',
    key: 'memory.size',
    message: `the guest may take ${formatBytes(bytes)}, and this host has ${formatBytes(input.host.memoryBytes)} in all`,
    hint: 'Lower memory.size, or make sure that there is swap.',
  });
}

function pagesOf(pieces: readonly MemoryBackend[], pageBytes: number): number {
  return pieces.reduce((sum, { bytes }) => sum + Math.ceil(bytes / pageBytes), 0);
}

/** @returns whether something was missing. */
function reportPool({ host, find }: RoomInput, pageBytes: number, needed: number): boolean {
  const pool = host.hugepages.find((one) => one.pageBytes === pageBytes);
  const unknown = !host.live && host.hugepages.length === 0;
  if (unknown || (pool?.free ?? 0) >= needed) return false;
  const total = (pool?.total ?? 0) + needed - (pool?.free ?? 0);
  find({
    severity: 'missing',
    code: 'host.hugepages',
    key: 'memory.hugepages',
    message: `${needed} huge pages of ${formatBytes(pageBytes)} are needed, ${freeOf(pool)}`,
    hint: `Reserve them: echo ${total} > /sys/kernel/mm/hugepages/hugepages-${pageBytes / 1024}kB/nr_hugepages`,
  });
  return true;
}

/** Memory bound to one node takes that node's pages and no others. */
function reportNodePools(
  { host, find }: RoomInput,
  pageBytes: number,
  pieces: readonly MemoryBackend[],
): void {
  const demanding = pieces.filter(({ policy, hostNodes }) => policy === 'bind' && hostNodes.length === 1);
  for (const node of new Set(demanding.map(({ hostNodes }) => hostNodes[0]))) {
    const pools = host.nodes.find((one) => one.node === node)?.hugepages ?? [];
    const needed = pagesOf(
      demanding.filter(({ hostNodes }) => hostNodes[0] === node),
      pageBytes,
    );
    const pool = pools.find((one) => one.pageBytes === pageBytes);
    if (pools.length === 0 || (pool?.free ?? 0) >= needed) continue;
    const total = (pool?.total ?? 0) + needed - (pool?.free ?? 0);
    find({
      severity: 'missing',
      code: 'host.hugepages',
      key: 'memory.hugepages',
      message: `${needed} huge pages of ${formatBytes(pageBytes)} are needed on node ${node}, ${freeOf(pool)}`,
      hint: `Reserve them: echo ${total} > /sys/devices/system/node/node${node}/hugepages/hugepages-${pageBytes / 1024}kB/nr_hugepages`,
    });
  }
}

const freeOf = (pool: HugepagePool | undefined): string =>
  `${pool?.free ?? 0} of ${pool?.total ?? 0} are free`;
