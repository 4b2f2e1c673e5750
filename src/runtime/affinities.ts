/**
 * Keeps the affinities of all threads of the machine over a change of cpusets. Kernels before 6.2 forget there what was asked for by
 * sched_setaffinity(2): whoever makes a partition or switches the controller on or off sets everybody's threads free
 * (kernel/cgroup/cpuset.c, update_tasks_cpumask, cpuset_attach).
 */
import { posix } from 'node:path';
import { type KernelFiles, kernelFiles } from '../host/kernel-files.js';
import { formatCpuList } from '../units.js';
import { runForEach } from './run.js';
import { parseThread } from './threads.js';

export interface AffinityHost {
  readonly files: Pick<KernelFiles, 'text' | 'names'>;
  /** @param lines each `CPUS THREAD`. What can't be pinned any more is no error. */
  pin(lines: readonly string[]): Promise<unknown>;
}

const thisHost: AffinityHost = {
  files: kernelFiles,
  pin: (lines) => runForEach(['taskset', '--cpu-list', '--pid'], lines),
};

/** @param root of cgroup v2. */
export async function keepAffinities<T>(
  root: string,
  change: () => T | Promise<T>,
  host: AffinityHost = thisHost,
): Promise<T> {
  const before = pinnedThreads(root, host.files);
  try {
    return await change();
  } finally {
    const forgotten = [...before].filter(([, { path, cpus }]) => {
      const now = cpusAt(path, host.files);
      return now !== undefined && now !== cpus;
    });
    await host.pin(forgotten.map(([thread, { cpus }]) => `${cpus} ${thread}`));
  }
}

interface Pinned {
  /** Its status below /proc. */
  readonly path: string;
  readonly cpus: string;
}

/** Those that may run on fewer CPUs than their cgroup has, by id. */
function pinnedThreads(root: string, files: AffinityHost['files']): ReadonlyMap<number, Pinned> {
  const all = rootCpus(root, files);
  const pinned = new Map<number, Pinned>();
  for (const pid of files.names('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const id of files.names(`/proc/${pid}/task`)) {
      const folder = `/proc/${pid}/task/${id}`;
      const cpus = cpusAt(`${folder}/status`, files);
      if (cpus === undefined || cpus === all) continue;
      if (cpus !== groupCpus(root, files.text(`${folder}/cgroup`) ?? '', files)) {
        pinned.set(Number(id), { path: `${folder}/status`, cpus });
      }
    }
  }
  return pinned;
}

function cpusAt(path: string, files: AffinityHost['files']): string | undefined {
  const thread = parseThread(files.text(path) ?? '');
  return thread === undefined ? undefined : formatCpuList(thread.cpus);
}

const effective = 'cpuset.cpus.effective';

function rootCpus(root: string, files: AffinityHost['files']): string | undefined {
  return files.text(`${root}/${effective}`)?.trim();
}

/** The CPUs of the nearest group that has any of its own. */
function groupCpus(root: string, cgroup: string, files: AffinityHost['files']): string | undefined {
  let path = /^0::(\/.*)$/m.exec(cgroup)?.[1] ?? '/';
  for (;;) {
    const cpus = files.text(posix.join(root, path, effective))?.trim();
    if (cpus !== undefined || path === '/') return cpus;
    path = posix.dirname(path);
  }
}
