/** The interrupts of a host, and what a VM wants of them. Pure types. Kernel: Documentation/core-api/irq/irq-affinity.rst. */

export interface Interrupt {
  readonly irq: number;
  /** Where it may come, as somebody configured it. */
  readonly cpus: readonly number[];
}

/** The interrupts of a host. */
export interface InterruptFacts {
  readonly irqs: readonly Interrupt[];
  /** Where a new one may come (`default_smp_affinity`); null: unknown. */
  readonly ofNew: readonly number[] | null;
  /** Whether irqbalance runs, which moves interrupts about by itself. */
  readonly balanced: boolean;
}

/** What one VM keeps interrupts away from, and how everything was before any VM did. */
export interface InterruptsPlan {
  readonly cpus: readonly number[];
  /** All that are online: where one goes that may come on nothing but `cpus`. */
  readonly online: readonly number[];
  readonly before: Pick<InterruptFacts, 'irqs' | 'ofNew'>;
  /** Addresses of passed PCI devices, whose interrupts are to come on `cpus`. */
  readonly devices: readonly string[];
}
