/** The guest's memory: which backend, which pages, which nodes, when it is allocated. Pure. */
import { posix } from 'node:path';
import type { VmSpec } from '../spec/schema.js';
import { formatBytes } from '../units.js';
import type { FileFacts, HostFacts } from './facts.js';
import type { PlanNotes } from './findings.js';
import type { MemoryPlan, PlacementPlan } from './plan.js';

interface MemoryInput extends PlanNotes {
  readonly spec: VmSpec;
  readonly host: HostFacts;
  readonly placement: PlacementPlan;
  readonly files: ReadonlyMap<string, FileFacts>;
}

const MIB = 1024 ** 2;
const pageSizes = { '2MiB': 2 * MIB, '1GiB': 1024 * MIB } as const;
/** More threads than this do not zero pages faster: memory bandwidth is the bound. */
const maxPreallocThreads = 16;

export function planMemory(input: MemoryInput): MemoryPlan {
  const { memory, cpu } = input.spec;
  const hugepageBytes = planPages(input);
  const backing = planBacking(input, hugepageBytes);
  const preallocate = planAllocation(input, hugepageBytes);
  const hostNodes = planNodes(input);
  reportRoom(input, hugepageBytes);
  reportContradictions(input, backing, hugepageBytes);
  reportPath(input);
  reportLimit(input);
  return {
    bytes: memory.size,
    backing,
    path: memory.path ?? null,
    hugepageBytes,
    shared: memory.access === 'shared',
    preallocate,
    preallocThreads: preallocate ? Math.min(cpu.vcpus, maxPreallocThreads) : 1,
    locked: memory.locked,
    merge: memory.merge,
    dump: memory.dump,
    discard: memory.discard,
    hostNodes,
    policy: hostNodes.length > 0 ? 'preferred' : 'default',
  };
}

function planPages({ spec, host, decide }: MemoryInput): number | null {
  const { hugepages } = spec.memory;
  if (hugepages === false) return null;
  if (hugepages !== true) return pageSizes[hugepages];
  const size = host.defaultHugepageBytes ?? pageSizes['2MiB'];
  decide({ key: 'memory.hugepages', value: formatBytes(size), reason: "the host's default huge page size" });
  return size;
}

function planBacking({ spec, decide }: MemoryInput, hugepageBytes: number | null): MemoryPlan['backing'] {
  const { backing, access } = spec.memory;
  if (backing !== 'auto') return backing;
  if (hugepageBytes !== null || access === 'shared') {
    const reason =
      hugepageBytes === null
        ? 'shared memory needs a file behind it'
        : 'huge pages without a mounted hugetlbfs';
    decide({ key: 'memory.backing', value: 'memfd', reason });
    return 'memfd';
  }
  decide({
    key: 'memory.backing',
    value: 'anonymous',
    reason: 'nothing shares it, and the kernel gives it transparent huge pages',
  });
  return 'anonymous';
}

function planAllocation({ spec, decide }: MemoryInput, hugepageBytes: number | null): boolean {
  const { allocation, locked } = spec.memory;
  if (allocation !== 'auto') return allocation === 'immediate';
  const immediate = hugepageBytes !== null || locked;
  decide({
    key: 'memory.allocation',
    value: immediate ? 'immediate' : 'onDemand',
    reason: immediate
      ? `${locked ? 'locked memory' : 'huge pages'}: a page that is missing is told at the start, not by a killed guest`
      : 'pages come as the guest touches them',
  });
  return immediate;
}

/** On a machine with several nodes, memory is taken from the node of the vCPUs as long as it has some. */
function planNodes({ host, placement, decide }: MemoryInput): number[] {
  if (host.nodes.length < 2) return [];
  const nodes = new Set(placement.vcpus.map(({ node }) => node));
  const [node] = nodes;
  if (nodes.size !== 1 || node === undefined || node === null) return [];
  decide({ key: 'memory', value: `node ${node}`, reason: 'the node of its vCPUs' });
  return [node];
}

function reportRoom({ spec, host, find }: MemoryInput, hugepageBytes: number | null): void {
  const { size } = spec.memory;
  if (hugepageBytes !== null) {
    const pool = host.hugepages.find(({ pageBytes }) => pageBytes === hugepageBytes);
    const needed = Math.ceil(size / hugepageBytes);
    const unknown = !host.live && host.hugepages.length === 0;
    if (unknown || (pool?.free ?? 0) >= needed) return;
    find({
      severity: 'missing',
      code: 'host.hugepages',
      key: 'memory.hugepages',
      message: `${needed} huge pages of ${formatBytes(hugepageBytes)} are needed, ${pool?.free ?? 0} of ${pool?.total ?? 0} are free`,
      hint: `Reserve them: echo ${(pool?.total ?? 0) + needed - (pool?.free ?? 0)} > /sys/kernel/mm/hugepages/hugepages-${hugepageBytes / 1024}kB/nr_hugepages`,
    });
  } else if (host.memoryBytes !== null && size > host.memoryBytes) {
    find({
      severity: 'warning',
      code: 'host.memory',
      key: 'memory.size',
      message: `the guest may take ${formatBytes(size)}, and this host has ${formatBytes(host.memoryBytes)} in all`,
      hint: 'Lower memory.size, or make sure that there is swap.',
    });
  }
}

function reportContradictions(
  { spec, find }: MemoryInput,
  backing: MemoryPlan['backing'],
  hugepageBytes: number | null,
): void {
  if (backing !== 'memfd' || hugepageBytes !== null || spec.memory.access === 'shared') return;
  find({
    severity: 'warning',
    code: 'spec.memory',
    key: 'memory.backing',
    message: 'a private memfd takes the memory twice: once in the file, once in the copy',
    hint: 'Say backing: anonymous, or access: shared.',
  });
}

/** QEMU makes the file, but not the folder of it. */
function reportPath({ spec, files, find }: MemoryInput): void {
  const { path } = spec.memory;
  if (path === undefined || files.get(path)?.kind !== 'missing') return;
  if (files.get(posix.dirname(path))?.kind !== 'missing') return;
  find({
    severity: 'missing',
    code: 'host.memory-path',
    key: 'memory.path',
    message: `the folder of ${path} does not exist`,
    hint: 'Make it, or correct memory.path; a relative path is relative to the spec.',
  });
}

function reportLimit({ spec, host, find }: MemoryInput): void {
  const { locked, size } = spec.memory;
  const { lockableBytes } = host;
  if (!locked || lockableBytes === null || lockableBytes >= size) return;
  find({
    severity: 'missing',
    code: 'host.memlock',
    key: 'memory.locked',
    message: `this user may lock ${formatBytes(lockableBytes)} of memory (ulimit -l), and the guest has ${formatBytes(size)}`,
    hint: 'Raise memlock in /etc/security/limits.d, run vm as root, or say locked: false.',
  });
}
