/**
 * Threads that the kernel runs on behalf of a QEMU, outside its process: vhost workers up to Linux 6.3 (drivers/vhost/vhost.c), KVM's
 * timer chip (arch/x86/kvm/i8254.c) and its recovery of huge pages (arch/x86/kvm/mmu/mmu.c, up to Linux 6.13).
 */
import { openRoot, type Root } from '../host/root.js';
import { now, pause } from '../qmp/limits.js';
import { parseThread, readThreads, type Thread } from './threads.js';

type Proc = Pick<Root, 'text'>;

/** The parent of all threads of the kernel. */
const kthreadd = 2;

/**
 * They are named after the process, and their parent is the kernel's: a program that only took such a name is none of them.
 * @param root where `/proc` is. Default: this machine.
 * @returns none inside a pid namespace, from which they can't be seen.
 */
export function kernelThreadsOf(pid: number, root: Proc = openRoot()): Thread[] {
  const started = startOf(root, pid);
  if (started === undefined || root.text(`/proc/${kthreadd}/comm`) !== 'kthreadd\n') return [];
  const found: Thread[] = [];
  for (const id of newestFirst(root)) {
    const start = startOf(root, id);
    if (start === undefined) continue;
    // The others are older still: a host with many CPUs has thousands of its own from its boot.
    if (start < started) break;
    const thread = parseThread(root.text(`/proc/${id}/status`) ?? '');
    if (thread !== undefined && isOf(pid, thread.name)) found.push(thread);
  }
  return found.sort((a, b) => a.threadId - b.threadId);
}

/** Seconds: long for a vCPU to run first, short for a person where no such thread ever comes (`nx_huge_pages=never`). */
const recoveryPatience = 0.25;
const recoveryInterval = 0.01;

/**
 * Comes back when KVM has made its thread that recovers huge pages, which from Linux 6.14 on is when the first vCPU runs; after a
 * quarter of a second in any case.
 */
export async function recoveryThread(pid: number, signal?: AbortSignal): Promise<void> {
  const isIt = ({ name }: Thread) => name.startsWith('kvm-nx-lpage');
  const end = now() + recoveryPatience * 1000;
  while (now() < end && ![...readThreads(pid), ...kernelThreadsOf(pid)].some(isIt)) {
    await pause(recoveryInterval, signal);
  }
}

/** The kernel appends a new child to the list (proc_pid_children(5)); pids start again from low numbers, and tell no age. */
function newestFirst(root: Proc): number[] {
  const children = root.text(`/proc/${kthreadd}/task/${kthreadd}/children`) ?? '';
  return children.split(' ').filter(Boolean).map(Number).reverse();
}

function isOf(pid: number, name: string): boolean {
  return [`vhost-${pid}`, `kvm-pit/${pid}`, `kvm-nx-lpage-recovery-${pid}`].includes(name);
}

/** Clock ticks after boot: field 22 of `/proc/PID/stat`. */
function startOf(root: Proc, pid: number): number | undefined {
  const text = root.text(`/proc/${pid}/stat`);
  return text === undefined ? undefined : Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[19]);
}
