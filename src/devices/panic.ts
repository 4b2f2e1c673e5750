/** pvpanic: the guest tells that its kernel has crashed. Pure. QEMU's docs/specs/pvpanic. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import type { DeviceContext, PciSlot } from './context.js';
import { deviceOption } from './options.js';

export const panicSection = z
  .union([z.boolean(), z.enum(['isa', 'pci'])])
  .default(false)
  .transform((panic) => (typeof panic === 'boolean' ? (panic ? 'isa' : null) : panic))
  .meta({
    description:
      'pvpanic, through which a guest tells that its kernel has crashed: true (isa), isa, pci (Linux 5.13 on)',
  });

export interface PanicPlan {
  readonly kind: 'panic';
  readonly id: string;
  readonly what: string;
  readonly pci: PciSlot | null;
}

export function planPanic(panic: z.output<typeof panicSection>, context: DeviceContext): PanicPlan[] {
  if (panic === null) return [];
  const pci = panic === 'pci' ? context.pciSlot('panic0') : null;
  return [{ kind: 'panic', id: 'panic0', what: pci === null ? 'pvpanic' : 'pvpanic-pci', pci }];
}

export function panicOptions({ id, what, pci }: PanicPlan): QemuOption[] {
  return [
    deviceOption('panic', 'The guest tells that its kernel has crashed; lifecycle.onCrash says what then.', {
      driver: what,
      id,
      ...(pci ?? {}),
    }),
  ];
}
