/** What the kernel tells of one thread: proc_pid_stat(5), proc_pid_status(5), Documentation/scheduler/sched-stats. */
import type { TaskFacts } from '../plan/verify/running.js';
import { parseCpuList } from '../units.js';
import type { Root } from './root.js';

/** sched.h: SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_IDLE; there is no 4. */
const policies: readonly TaskFacts['policy'][] = ['other', 'fifo', 'rr', 'batch', 'unknown', 'idle'];

/** Parts of `/proc/PID/task/TID/stat`. */
export interface TaskStat {
  readonly name: string;
  /** The CPU that it is on, or was last on (field 39). */
  readonly processor: number;
  readonly priority: number;
  readonly policy: TaskFacts['policy'];
}

/** The name may contain blanks and `)`: what follows the last `)` is fields, of which the first is the third. Pure. */
export function parseTaskStat(text: string): TaskStat | undefined {
  const [open, close] = [text.indexOf('('), text.lastIndexOf(')')];
  if (open < 0 || close < open) return undefined;
  const fields = text
    .slice(close + 2)
    .split(' ')
    .map(Number);
  const [processor = Number.NaN, priority = 0, policy = 0] = fields.slice(36, 39);
  if (!Number.isSafeInteger(processor)) return undefined;
  return { name: text.slice(open + 1, close), processor, priority, policy: policies[policy] ?? 'unknown' };
}

/** Times of a thread in seconds: `ran` on a CPU, `waited` for one although it could run (run delay). */
export interface TaskTimes {
  readonly ran: number;
  readonly waited: number;
}

/** Parses `schedstat`: nanoseconds that it ran, nanoseconds that it waited, turns. Pure. */
export function parseSchedstat(text: string): TaskTimes | undefined {
  const [ran = Number.NaN, waited = Number.NaN] = text.trim().split(' ').map(Number);
  return Number.isFinite(ran) && Number.isFinite(waited)
    ? { ran: ran / 1e9, waited: waited / 1e9 }
    : undefined;
}

const folderOf = (pid: number, threadId: number) => `/proc/${pid}/task/${threadId}`;

/** Threads of a process, by number; none: there is no such process. */
function threadIds(root: Root, pid: number): number[] {
  return root
    .names(`/proc/${pid}/task`)
    .map(Number)
    .sort((a, b) => a - b);
}

export function readTaskStat(root: Root, pid: number, threadId: number): TaskStat | undefined {
  return parseTaskStat(root.text(`${folderOf(pid, threadId)}/stat`) ?? '');
}

/** Undefined where the kernel does not count them, or the thread is gone. */
export function readTaskTimes(root: Root, pid: number, threadId: number): TaskTimes | undefined {
  return parseSchedstat(root.text(`${folderOf(pid, threadId)}/schedstat`) ?? '');
}

/** All threads of a process; one that ends meanwhile is left out. */
export function readTasks(root: Root, pid: number): TaskFacts[] {
  return threadIds(root, pid).flatMap((threadId): TaskFacts[] => {
    const stat = readTaskStat(root, pid, threadId);
    const status = root.text(`${folderOf(pid, threadId)}/status`) ?? '';
    const cpus = parseCpuList(/^Cpus_allowed_list:\t(.*)$/m.exec(status)?.[1] ?? 'none');
    if (stat === undefined || cpus === undefined) return [];
    const { name, policy, priority } = stat;
    return [{ threadId, name, cpus, policy, priority }];
  });
}
