/** Every thread that belongs to a VM: QEMU's own, those of processes beside it, and what the kernel runs on its behalf. */

import { readFileSync } from 'node:fs';
import { kernelThreadsOf } from './kernel-threads.js';
import type { NamedThread } from './named-threads.js';
import { isAlive } from './process.js';
import type { Resource } from './resource-kinds.js';
import { readThreads, type Thread } from './threads.js';

export interface VmThread extends Thread {
  readonly role: 'vcpu' | 'ioThread' | 'vhost' | 'emulator';
  /** Which vCPUs it serves (under TCG one can serve all), or which I/O thread it is. */
  readonly indexes: readonly number[];
  /** A thread of the kernel is not QEMU's child: it has inherited no CPUs, and only root can move it. */
  readonly of: 'qemu' | 'beside' | 'kernel';
}

/** All of them, as they are now. Everything that is nothing else is the emulator's: the main loop, `call_rcu`, workers, helpers. */
export function threadsOfVm(
  pid: number,
  named: readonly NamedThread[],
  resources: readonly Resource[],
): VmThread[] {
  const beside = processesBeside(resources).flatMap(readThreads);
  return [
    ...readThreads(pid).map((thread) => ({ ...thread, ...roleOf(thread, named), of: 'qemu' as const })),
    ...beside.map((thread) => ({ ...thread, role: 'emulator' as const, indexes: [], of: 'beside' as const })),
    ...kernelThreadsOf(pid).map((thread) => ({ ...thread, ...roleOf(thread, []), of: 'kernel' as const })),
  ];
}

/** Those that live of the processes beside QEMU, with all that they started. */
export function processesBeside(resources: readonly Resource[]): number[] {
  return resources.flatMap((resource) =>
    resource.kind === 'sideProcess' && resource.identity !== null && isAlive(resource.identity)
      ? processesUnder(resource.identity.pid)
      : [],
  );
}

/** A process with all that it started, as virtiofsd starts itself again in namespaces of its own. */
function processesUnder(pid: number): number[] {
  const children = readThreads(pid).flatMap(({ threadId }) => childrenOf(pid, threadId));
  return [pid, ...children.flatMap(processesUnder)];
}

/** proc_pid_children(5); none where the kernel does not say, or it has ended. */
function childrenOf(pid: number, threadId: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${threadId}/children`, 'latin1');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** vhost workers are tasks of QEMU from Linux 6.4 on, by the name that they had before (kernel/vhost_task.c). Pure. */
export function roleOf(
  { threadId, name }: Thread,
  named: readonly NamedThread[],
): Pick<VmThread, 'role' | 'indexes'> {
  const own = named.filter((thread) => thread.threadId === threadId);
  const [first] = own;
  if (first !== undefined) return { role: first.kind, indexes: own.map(({ index }) => index) };
  return { role: /^vhost-\d+$/.test(name) ? 'vhost' : 'emulator', indexes: [] };
}

/** What to call it in front of people. Pure. */
export function threadInWords({ role, indexes, name, of }: VmThread): string {
  if (role === 'vcpu') return `${indexes.length === 1 ? 'vCPU' : 'vCPUs'} ${indexes.join(', ')}`;
  if (role === 'ioThread') return `I/O thread ${indexes.join(', ')}`;
  if (role === 'vhost') return `vhost worker ${name}`;
  if (of === 'kernel') return `kernel thread ${name}`;
  return of === 'beside' ? `thread ${name} beside QEMU` : `emulator thread ${name}`;
}
