/** How the kernel schedules a thread: read from `/proc`, set by `chrt`. */
import { readFileSync } from 'node:fs';
import type { SchedulerPlan } from '../plan/plan.js';
import { runForEach } from './run.js';

/** As in {@link SchedulerPlan}, and what else a thread can have by another hand. */
export interface Scheduling {
  readonly policy: SchedulerPlan['policy'] | 'deadline';
  /** Of real-time policies, 1 to 99; null: it has none. */
  readonly priority: number | null;
}

/** @param threadId of any process. @returns undefined if there is no such thread. */
export function readScheduling(threadId: number): Scheduling | undefined {
  try {
    return parseScheduling(readFileSync(`/proc/${threadId}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
}

/** In the kernel's numbers (sched(7)); 4 was never used. */
const policies = ['other', 'fifo', 'rr', 'batch', undefined, 'idle', 'deadline'] as const;

/** Parses `/proc/TID/stat`: fields 40 (rt_priority) and 41 (policy) of proc_pid_stat(5). Pure. */
export function parseScheduling(text: string): Scheduling | undefined {
  // The name is field 2, and may contain spaces and `)`.
  const fields = text
    .slice(text.lastIndexOf(')') + 1)
    .trim()
    .split(' ');
  const policy = policies[Number(fields[38] ?? 'none')];
  const priority = Number(fields[37]);
  if (policy === undefined || !Number.isInteger(priority)) return undefined;
  return { policy, priority: priority === 0 ? null : priority };
}

export function isRealTime({ policy }: Scheduling): boolean {
  return policy === 'fifo' || policy === 'rr';
}

/** `fifo 1` */
export function schedulingInWords({ policy, priority }: Scheduling): string {
  return priority === null ? policy : `${policy} ${priority}`;
}

export interface SchedulingWish {
  readonly threadId: number;
  readonly scheduling: SchedulerPlan;
}

/**
 * One batch, without a shell. A thread that a real-time one makes is an ordinary one again (SCHED_RESET_ON_FORK): the kernel makes some
 * on behalf of vCPUs, which would then compete with them for ever.
 * @returns what `chrt` complained of.
 */
export async function setScheduling(wishes: readonly SchedulingWish[]): Promise<string> {
  const lines = wishes.map(({ threadId, scheduling }) => {
    const { policy, priority } = scheduling;
    const reset = isRealTime(scheduling) ? '--reset-on-fork ' : '';
    return `${reset}--${policy} --pid ${priority ?? 0} ${threadId}`;
  });
  return runForEach(['chrt'], lines);
}
