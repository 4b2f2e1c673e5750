/** /proc/irq as the kernel's behaves. Kernel: kernel/irq/{proc,manage}.c. */
import type { KernelFiles } from '../../src/host/kernel-files.js';
import { kernelCpuMask } from '../../src/host/parse.js';
import { formatCpuList, formatCpuMask, parseCpuList } from '../../src/units.js';

interface FakeInterruptsOptions {
  /** CPUs by interrupt. */
  readonly irqs: Readonly<Record<number, string>>;
  /** Those that nobody may move. */
  readonly managed?: readonly number[];
  /** What is answered to who tries: EIO, and newer kernels EPERM. Default: EIO. */
  readonly refusal?: 'EIO' | 'EPERM';
  readonly cpus?: number;
  /** Interrupts of PCI devices, by address. */
  readonly devices?: Readonly<Record<string, readonly number[]>>;
}

export class FakeInterrupts implements KernelFiles {
  /** Every write that took effect: `24: 0-1`. */
  readonly journal: string[] = [];
  readonly irqs: Map<number, string>;
  private ofNew: string;

  constructor(private readonly options: FakeInterruptsOptions) {
    this.irqs = new Map(Object.entries(options.irqs).map(([irq, cpus]) => [Number(irq), cpus]));
    this.ofNew = formatCpuMask(this.online());
  }

  /** A driver asks for an interrupt. */
  request(irq: number): void {
    this.irqs.set(irq, formatCpuList(kernelCpuMask(this.ofNew) ?? []));
  }

  text(path: string): string | undefined {
    if (path === '/proc/irq/default_smp_affinity') return `${this.ofNew}\n`;
    const cpus = this.irqs.get(irqOf(path));
    return cpus === undefined ? undefined : `${cpus}\n`;
  }

  write(path: string, text: string): void {
    const isNew = path === '/proc/irq/default_smp_affinity';
    const irq = irqOf(path);
    if (!isNew && !this.irqs.has(irq)) throw errno('ENOENT');
    // Before it reads what is written.
    if (!isNew && this.options.managed?.includes(irq)) throw errno(this.options.refusal ?? 'EIO');
    const cpus = isNew ? kernelCpuMask(text) : parseCpuList(text);
    if (cpus == null) throw errno('EINVAL');
    if (!cpus.some((cpu) => this.online().includes(cpu))) throw errno('EINVAL');
    if (isNew) this.ofNew = formatCpuMask(cpus);
    else this.irqs.set(irq, formatCpuList(cpus));
    this.journal.push(`${isNew ? 'new' : irq}: ${text}`);
  }

  names(path: string): readonly string[] {
    if (path === '/proc/irq') return ['default_smp_affinity', ...[...this.irqs.keys()].map(String)];
    const address = /^\/sys\/bus\/pci\/devices\/([^/]+)\/msi_irqs$/.exec(path)?.[1] ?? '';
    return (this.options.devices?.[address] ?? []).map(String);
  }

  makeFolder(): never {
    throw errno('EPERM');
  }

  removeFolder(): never {
    throw errno('EPERM');
  }

  private online(): number[] {
    return Array.from({ length: this.options.cpus ?? 8 }, (_, cpu) => cpu);
  }
}

const irqOf = (path: string): number => Number(/^\/proc\/irq\/(\d+)\/smp_affinity_list$/.exec(path)?.[1]);

function errno(code: string): Error {
  return Object.assign(new Error(code), { code });
}
