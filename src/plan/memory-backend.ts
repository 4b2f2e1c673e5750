/** What is behind a piece of the guest's memory: which pages, which kind of backend, when it is allocated. Pure. QEMU's docs: qemu-options, -object memory-backend-*. */
import { isMemoryShared, memorySharers } from '../spec/memory-sharers.js';
import type { VmSpec } from '../spec/schema.js';
import { formatBytes } from '../units.js';
import type { HostFacts } from './facts.js';
import type { PlanNotes } from './findings.js';
import type { MemoryBackend } from './plan.js';

const MIB = 1024 ** 2;
const pageSizes = { '2MiB': 2 * MIB, '1GiB': 1024 * MIB } as const;
/** More threads than this do not zero pages faster: memory bandwidth is the bound. */
export const maxPreallocThreads = 16;

export type PageSize = VmSpec['memory']['hugepages'];

/** The bytes of a huge page; null: ordinary pages. */
export function pageBytes(wanted: PageSize, host: HostFacts): number | null {
  if (wanted === false) return null;
  if (wanted !== true) return pageSizes[wanted];
  return host.defaultHugepageBytes ?? pageSizes['2MiB'];
}

interface BackendInput extends PlanNotes {
  readonly spec: VmSpec;
  readonly host: HostFacts;
}

/** What `memory` says, before nodes of host or guest are thought of. */
export function planBackend(input: BackendInput): MemoryBackend {
  const { memory, cpu } = input.spec;
  const hugepageBytes = planPages(input);
  const backing = planBacking(input, hugepageBytes);
  const preallocate = planAllocation(input, hugepageBytes);
  const threads = memory.allocationThreads ?? Math.min(cpu.vcpus, maxPreallocThreads);
  return {
    bytes: memory.size,
    backing,
    path: backing === 'file' ? (memory.path ?? hugetlbfsPath(input, hugepageBytes)) : null,
    hugepageBytes,
    shared: planAccess(input),
    preallocate,
    preallocThreads: preallocate ? threads : 1,
    merge: memory.merge,
    dump: memory.dump,
    discard: memory.discard && backing === 'file',
    hostNodes: [],
    policy: 'default',
    threadContext: false,
  };
}

/** Where systemd mounts the one of the default size, should this host be unknown. */
const usualHugetlbfs = '/dev/hugepages';

/** Where files have huge pages of a size. */
export function hugetlbfsPath({ host, find }: BackendInput, pageBytes: number | null): string {
  const mount = host.hugetlbfs.find((one) => one.pageBytes === pageBytes);
  if (!mount && host.live && pageBytes !== null) {
    find({
      severity: 'missing',
      code: 'host.hugetlbfs',
      key: 'memory.backing',
      message: `no hugetlbfs with pages of ${formatBytes(pageBytes)} is mounted on this host`,
      hint: 'Say backing: memfd, which needs none, or mount one.',
    });
  }
  return mount?.path ?? usualHugetlbfs;
}

function planPages({ spec, host, decide }: BackendInput): number | null {
  const { hugepages } = spec.memory;
  const size = pageBytes(hugepages, host);
  if (hugepages === true && size !== null)
    decide({
      key: 'memory.hugepages',
      value: formatBytes(size),
      reason: "the host's default huge page size",
    });
  return size;
}

function planBacking({ spec, decide }: BackendInput, hugepageBytes: number | null): MemoryBackend['backing'] {
  const { backing } = spec.memory;
  if (backing !== 'auto') return backing;
  if (hugepageBytes !== null || isMemoryShared(spec)) {
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

function planAccess({ spec, decide }: BackendInput): boolean {
  const shared = isMemoryShared(spec);
  const [first] = memorySharers(spec);
  if (shared && spec.memory.access === 'auto' && first !== undefined) {
    decide({
      key: 'memory.access',
      value: 'shared',
      reason: `${first.who} (${first.key}) reads and writes it`,
    });
  }
  return shared;
}

function planAllocation({ spec, decide }: BackendInput, hugepageBytes: number | null): boolean {
  const { allocation, locked } = spec.memory;
  if (allocation !== 'auto') return allocation === 'immediate';
  const immediate = hugepageBytes !== null || locked === true;
  decide({
    key: 'memory.allocation',
    value: immediate ? 'immediate' : 'onDemand',
    reason: immediate
      ? `${locked === true ? 'locked memory' : 'huge pages'}: a page that is missing is told at the start, not by a killed guest`
      : 'pages come as the guest touches them',
  });
  return immediate;
}
