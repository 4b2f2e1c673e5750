/** Reads where the interrupts of a host may come. Kernel: Documentation/core-api/irq/irq-affinity.rst. */
import type { InterruptFacts } from '../plan/interrupt-facts.js';
import { kernelCpuMask, readCpuSet } from './parse.js';
import type { Root } from './root.js';

export const interruptFolder = '/proc/irq';

export function readInterrupts(root: Root): InterruptFacts {
  const numbers = root.names(interruptFolder).filter((name) => /^\d+$/.test(name));
  return {
    irqs: numbers
      .map(Number)
      .sort((a, b) => a - b)
      .flatMap((irq) => {
        const folder = `${interruptFolder}/${irq}`;
        const cpus = readCpuSet(root, `${folder}/smp_affinity_list`, `${folder}/smp_affinity`);
        return cpus === null || cpus.length === 0 ? [] : [{ irq, cpus }];
      }),
    ofNew: kernelCpuMask(root.text(`${interruptFolder}/default_smp_affinity`)),
    balanced: root.exists('/run/irqbalance') || root.exists('/run/irqbalance.pid'),
  };
}
