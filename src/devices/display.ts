/** What shows the guest's screen, and the video device behind it. Pure. QEMU's docs: qemu-options, -display and -vnc. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { json, keyValue } from '../command/quote.js';
import type { DeviceContext, PciSlot } from './context.js';

export const displaySection = z
  .enum(['none', 'vnc'])
  .default('none')
  .meta({ description: "none, or vnc on a socket in the VM's runtime folder" });

export interface DisplayPlan {
  readonly kind: 'display';
  readonly id: string;
  readonly vnc: { readonly socket: string; readonly pci: PciSlot } | null;
}

export function planDisplay(display: z.output<typeof displaySection>, context: DeviceContext): DisplayPlan[] {
  const vnc = display === 'vnc' ? { socket: context.paths.vnc, pci: context.pciSlot('video0') } : null;
  return [{ kind: 'display', id: 'display', vnc }];
}

export function displayOptions({ vnc }: DisplayPlan): QemuOption[] {
  const origin = 'display';
  const none: QemuOption = {
    group: 'display',
    flag: '-display',
    value: 'none',
    origin,
    why: 'No window: QEMU would open one otherwise.',
  };
  if (!vnc) return [none];
  return [
    none,
    {
      group: 'display',
      flag: '-vnc',
      value: keyValue(`unix:${vnc.socket}`, {}),
      origin,
      why: 'The screen over VNC, on a socket that only this user can open.',
    },
    {
      group: 'display',
      flag: '-device',
      value: json({ driver: 'VGA', id: 'video0', ...vnc.pci }),
      origin,
      why: 'A video device that every firmware and guest knows.',
    },
  ];
}
