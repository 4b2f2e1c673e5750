/** virtio-rng: entropy for the guest from the host's kernel. Pure. */

import type { QemuOption } from '../command/option.js';
import { json } from '../command/quote.js';
import type { DeviceContext, PciSlot } from './context.js';

export interface RngPlan {
  readonly kind: 'rng';
  readonly id: string;
  readonly pci: PciSlot;
}

export function planRng(wanted: boolean, context: DeviceContext): RngPlan[] {
  return wanted ? [{ kind: 'rng', id: 'rng0', pci: context.pciSlot('rng0') }] : [];
}

export function rngOptions(plan: RngPlan): QemuOption[] {
  const backend = `${plan.id}-source`;
  return [
    {
      group: 'devices',
      flag: '-object',
      value: json({ 'qom-type': 'rng-random', id: backend, filename: '/dev/urandom' }),
      origin: 'rng',
      why: "The host kernel's entropy, which never blocks.",
    },
    {
      group: 'devices',
      flag: '-device',
      value: json({ driver: 'virtio-rng-pci', id: plan.id, rng: backend, ...plan.pci }),
      origin: 'rng',
      why: 'Gives the guest entropy from its first moment, so that it does not wait for keys.',
    },
  ];
}
