/** Names and files of groups, as {@link FakeCgroup} has them. */

const mount = '/sys/fs/cgroup';

/** Controllers that can share out among threads. */
export const threadedControllers = ['cpu', 'cpuset', 'perf_event', 'pids'];

/** What writes of a file that belongs to no controller do is in `write`. */
export const filesOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cpuset: { 'cpuset.cpus': '', 'cpuset.mems': '', 'cpuset.cpus.partition': 'member' },
  cpu: { 'cpu.max': 'max 100000', 'cpu.weight': '100' },
  memory: { 'memory.max': 'max', 'memory.high': 'max', 'memory.swap.max': 'max' },
  io: { 'io.weight': 'default 100' },
};

export const parentOf = (name: string): string => name.split('/').slice(0, -1).join('/');

/** A group and all above it but the root, the highest first. */
export function ancestry(name: string): string[] {
  return name === '' ? [] : [...ancestry(parentOf(name)), name];
}

export function locate(path: string): [group: string, file: string] {
  const parts = path.slice(mount.length + 1).split('/');
  return [parts.slice(0, -1).join('/'), parts.at(-1) ?? ''];
}

export function errno(code: string): Error {
  return Object.assign(new Error(code), { code });
}
