/** pvpanic: the guest tells that its kernel has crashed. Pure. QEMU's docs/specs/pvpanic. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import type { DeviceContext, PciSlot } from './context.js';
import { deviceOption } from './options.js';

const settings = z.strictObject({
  model: z.enum(['isa', 'pci']).default('isa').meta({ description: 'pci is for Linux from 5.13 on' }),
  ioPort: z
    .int()
    .min(1, 'must be at least 1')
    .max(0xffff, 'must be at most 0xffff')
    .optional()
    .meta({ description: 'the port of isa, which ACPI tells the guest; default: 0x505' }),
});

const anyPanic = settings.refine(
  ({ model, ioPort }) => model === 'isa' || ioPort === undefined,
  'must not have an ioPort on PCI: write model: isa, or remove it',
);

export const panicSection = z
  .union([z.boolean(), z.enum(['isa', 'pci']), anyPanic])
  .prefault(false)
  .transform((panic): z.output<typeof settings> | null => {
    if (typeof panic === 'boolean') return panic ? { model: 'isa' } : null;
    return typeof panic === 'string' ? { model: panic } : panic;
  })
  .meta({
    description:
      'pvpanic, through which a guest tells that its kernel has crashed: true (isa), isa, pci (Linux 5.13 on)',
  });

export interface PanicPlan {
  readonly kind: 'panic';
  readonly id: string;
  readonly what: string;
  readonly ioPort: number | null;
  readonly pci: PciSlot | null;
}

export function planPanic(panic: z.output<typeof panicSection>, context: DeviceContext): PanicPlan[] {
  if (panic === null) return [];
  const pci = panic.model === 'pci' ? context.pciSlot('panic0') : null;
  const what = pci === null ? 'pvpanic' : 'pvpanic-pci';
  return [{ kind: 'panic', id: 'panic0', what, ioPort: panic.ioPort ?? null, pci }];
}

export function panicOptions({ id, what, ioPort, pci }: PanicPlan): QemuOption[] {
  return [
    deviceOption('panic', 'The guest tells that its kernel has crashed; lifecycle.onCrash says what then.', {
      driver: what,
      id,
      ...(ioPort === null ? {} : { ioport: ioPort }),
      ...(pci ?? {}),
    }),
  ];
}
