/** Keeps the host's interrupts off the CPUs of a VM, for the time that it runs. Kernel: Documentation/core-api/irq/irq-affinity.rst. */
import { VmError } from '../errors.js';
import { interruptFolder } from '../host/interrupts.js';
import { type KernelFiles, kernelFiles } from '../host/kernel-files.js';
import { kernelCpuList, kernelCpuMask } from '../host/parse.js';
import type { Claim } from '../plan/facts.js';
import type { InterruptsPlan } from '../plan/interrupt-facts.js';
import { awayFrom, isOurs } from '../plan/interrupts.js';
import { formatCpuList, formatCpuMask } from '../units.js';
import { reasonOf } from './thrown.js';

export interface InterruptsResource extends InterruptsPlan {
  readonly kind: 'interrupts';
  readonly vm: string;
}

const listOf = (irq: number) => `${interruptFolder}/${irq}/smp_affinity_list`;
const ofNew = `${interruptFolder}/default_smp_affinity`;

/** The CPUs that other VMs keep interrupts away from. */
export function takenFromInterrupts(others: readonly Claim[]): number[] {
  return others.flatMap(({ interrupts }) => interrupts?.cpus ?? []);
}

export function stuckInterrupts(stuck: readonly number[]): string {
  const count = stuck.length === 1 ? '1 interrupt stays' : `${stuck.length} interrupts stay`;
  return `placement.interrupts: ${count} on the VM's CPUs, managed by a driver or bound to one CPU: ${formatCpuList(stuck)}`;
}

/**
 * Moves interrupts away, new ones first, so that none slips through. Only who holds the lock on claims may: interrupts are everybody's.
 * @param others CPUs that other VMs keep them away from.
 * @returns those that the kernel lets nobody move, and that may come on the VM's CPUs.
 * @throws VmError `host.interrupts` with the kernel's own words.
 */
export function takeInterrupts(
  { cpus, online, before }: InterruptsPlan,
  others: readonly number[],
  files: KernelFiles = kernelFiles,
): number[] {
  const taken = [...cpus, ...others];
  if (before.ofNew !== null) moveNew(files, awayFrom(before.ofNew, taken, online));
  return before.irqs
    .filter(({ irq }) => kernelCpuList(files.text(listOf(irq)))?.some((cpu) => cpus.includes(cpu)))
    .filter((one) => !move(files, one.irq, awayFrom(one.cpus, taken, online)))
    .map(({ irq }) => irq);
}

/**
 * Lets interrupts come where they came before, but on CPUs that other VMs keep them away from. Those that somebody else has moved
 * since stay where they are. Only who holds the lock on claims may.
 */
export function giveBackInterrupts(
  { cpus, online, before }: InterruptsPlan,
  others: readonly number[],
  files: KernelFiles = kernelFiles,
): void {
  const taken = [...cpus, ...others];
  const now = kernelCpuMask(files.text(ofNew));
  if (before.ofNew !== null && now !== null && isOurs(before.ofNew, now, taken, online)) {
    moveNew(files, awayFrom(before.ofNew, others, online));
  }
  const known = new Map(before.irqs.map((one) => [one.irq, one.cpus]));
  for (const irq of files
    .names(interruptFolder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    // One that is new was told by the default where to come.
    const found = known.get(irq) ?? before.ofNew;
    const here = kernelCpuList(files.text(listOf(irq)));
    if (found === null || here === null || !isOurs(found, here, taken, online)) continue;
    move(files, irq, awayFrom(found, others, online));
  }
}

/**
 * Lets the interrupts of passed devices come on the VM's own CPUs. They are there from when the guest's driver has asked for them, and gone
 * with QEMU.
 */
export function attractInterrupts({ cpus, devices }: InterruptsPlan, files: KernelFiles = kernelFiles): void {
  for (const address of devices) {
    for (const irq of interruptsOf(address, files)) move(files, irq, cpus);
  }
}

/** Those that the driver of a PCI device has asked for. */
export function interruptsOf(address: string, files: Pick<KernelFiles, 'names'>): number[] {
  return files.names(`/sys/bus/pci/devices/${address}/msi_irqs`).map(Number);
}

/** @returns false where the kernel lets nobody move it. One that is gone is no error. */
function move(files: KernelFiles, irq: number, cpus: readonly number[]): boolean {
  const path = listOf(irq);
  const now = files.text(path);
  const wanted = formatCpuList(cpus);
  if (now === undefined || formatCpuList(kernelCpuList(now) ?? []) === wanted) return true;
  try {
    files.write(path, wanted);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return true;
    // Newer kernels say EPERM; who is not root can't open the file, and gets EACCES.
    if (code === 'EIO' || code === 'EPERM') return false;
    throw refused(`let interrupt ${irq} come on CPUs ${wanted}`, error);
  }
}

/**
 * Whether the kernel lets root move it. It says so before it reads what is written (kernel/irq/proc.c), so that a word which is no list of
 * CPUs asks without moving anything.
 * @returns null for who is not root, and where the interrupt is gone.
 */
export function isMovable(irq: number, files: KernelFiles = kernelFiles): boolean | null {
  try {
    files.write(listOf(irq), '?');
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EINVAL') return true;
    return code === 'EIO' || code === 'EPERM' ? false : null;
  }
}

function moveNew(files: KernelFiles, cpus: readonly number[]): void {
  const now = kernelCpuMask(files.text(ofNew));
  if (now === null || formatCpuList(now) === formatCpuList(cpus)) return;
  try {
    files.write(ofNew, formatCpuMask(cpus));
  } catch (error) {
    throw refused(`let new interrupts come on CPUs ${formatCpuList(cpus)}`, error);
  }
}

function refused(what: string, cause: unknown): VmError {
  return new VmError('host.interrupts', `can't ${what}: ${reasonOf(cause)}`, { cause });
}
