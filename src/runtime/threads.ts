/** The threads of a process and the CPUs that they may run on, as the kernel has them. */
import { readdirSync, readFileSync } from 'node:fs';
import { parseCpuList } from '../units.js';

export interface Thread {
  /** What QEMU called it (`-name debug-threads=on`): `CPU 0/KVM`, `IO iothread0`, …; at most 15 characters. */
  readonly name: string;
  readonly threadId: number;
  readonly cpus: readonly number[];
}

/** All threads of a process, by id. One that ends meanwhile is left out. */
export function readThreads(pid: number): Thread[] {
  let ids: string[];
  try {
    ids = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  return ids
    .flatMap((id) => readThread(`/proc/${pid}/task/${id}/status`) ?? [])
    .sort((a, b) => a.threadId - b.threadId);
}

/** The CPUs that this process may use. */
export function ownCpus(): readonly number[] {
  return readThread('/proc/thread-self/status')?.cpus ?? [];
}

function readThread(path: string): Thread | undefined {
  try {
    return parseThread(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Parses `/proc/PID/task/TID/status` (proc_pid_status(5)). Pure. */
export function parseThread(text: string): Thread | undefined {
  const [, name] = /^Name:\t(.*)$/m.exec(text) ?? [];
  const [, threadId] = /^Pid:\t(\d+)$/m.exec(text) ?? [];
  const [, list] = /^Cpus_allowed_list:\t(.*)$/m.exec(text) ?? [];
  const cpus = parseCpuList(list ?? 'none');
  return name === undefined || cpus === undefined ? undefined : { name, threadId: Number(threadId), cpus };
}
