/** A running VM that is exactly what a plan says. */
import type { MemoryBackend, VmPlan } from '../../../src/plan/plan.js';
import type { MappingFacts, RunningVm, TaskFacts } from '../../../src/plan/verify/running.js';

export const vcpuThread = (index: number) => 100 + index;
export const ioThread = (index: number) => 50 + index;
export const mainThread = 10;

export function task(threadId: number, name: string, cpus: readonly number[]): TaskFacts {
  return { threadId, name, cpus, policy: 'other', priority: 0 };
}

/** The mapping of a piece of memory, all of it in use on the first node that it may be on. */
export function mappingOf(piece: MemoryBackend, start = '7f0000000000'): MappingFacts {
  const huge = piece.hugepageBytes !== null;
  const [node = 0] = piece.hostNodes;
  const word = { default: 'default', bind: 'bind', preferred: 'prefer', interleave: 'interleave' };
  return {
    start,
    end: '',
    bytes: piece.bytes,
    permissions: piece.shared ? 'rw-s' : 'rw-p',
    inode: 0,
    path: piece.backing === 'memfd' ? '/memfd:memory-backend-memfd (deleted)' : (piece.path ?? ''),
    pageBytes: piece.hugepageBytes ?? 4096,
    residentBytes: huge ? 0 : piece.bytes,
    hugetlbBytes: huge ? piece.bytes : 0,
    transparentHugeBytes: 0,
    flags: ['rd', 'wr', 'hg', ...(piece.dump ? [] : ['dd']), ...(piece.merge ? ['mg'] : [])],
    policy: piece.hostNodes.length === 0 ? 'default' : `${word[piece.policy]}:${piece.hostNodes.join(',')}`,
    bytesByNode: [{ node, bytes: piece.bytes }],
  };
}

export function runningAs(
  { placement, memory, accelerator }: VmPlan,
  more: Partial<RunningVm> = {},
): RunningVm {
  const vcpus = placement.vcpus.map(({ vcpu }) => ({ index: vcpu, threadId: vcpuThread(vcpu) }));
  const ioThreads = placement.ioThreads.map((_, index) => ({ index, threadId: ioThread(index) }));
  return {
    vcpus,
    ioThreads,
    threads: [
      task(mainThread, 'qemu-system-x86', placement.emulator),
      ...placement.ioThreads.map((cpus, index) => task(ioThread(index), `IO iothread${index}`, cpus)),
      ...placement.vcpus.map(({ vcpu, cpus }) => task(vcpuThread(vcpu), `CPU ${vcpu}/KVM`, cpus)),
    ],
    kernelThreads: [],
    isRoots: true,
    beside: [],
    runs: placement.vcpus.map(({ vcpu, cpus }) => ({
      vcpu,
      looks: cpus.slice(0, 1),
      ran: 0.05,
      waited: 0,
      seconds: 0.1,
    })),
    accelerator,
    cpuProperties: new Map([
      ['l3-cache', true],
      ['vmx', true],
    ]),
    mappings: [mappingOf(memory)],
    lockedBytes: 0,
    transparentHugepages: 'madvise',
    ksmRuns: false,
    cacheGroups: new Map(),
    partition: null,
    group: null,
    interrupts: null,
    ...more,
  };
}

/** The threads of a running VM, one of them on other CPUs. */
export function moved(running: RunningVm, threadId: number, cpus: readonly number[]): RunningVm {
  const threads = running.threads.map((thread) =>
    thread.threadId === threadId ? { ...thread, cpus } : thread,
  );
  return { ...running, threads };
}
