/** The channel of the QEMU guest agent: a virtio-serial port with the agent's name. Pure. */
import type { QemuOption } from '../command/option.js';
import { json, keyValue } from '../command/quote.js';
import type { DeviceContext, PciSlot } from './context.js';

export interface GuestAgentPlan {
  readonly kind: 'guestAgent';
  readonly id: string;
  readonly socket: string;
  readonly pci: PciSlot;
}

export function planGuestAgent(wanted: boolean, context: DeviceContext): GuestAgentPlan[] {
  if (!wanted) return [];
  return [
    { kind: 'guestAgent', id: 'agent0', socket: context.paths.agent, pci: context.pciSlot('virtio-serial0') },
  ];
}

export function guestAgentOptions(plan: GuestAgentPlan): QemuOption[] {
  const origin = 'guestAgent';
  const chardev = `${plan.id}-chardev`;
  return [
    {
      group: 'devices',
      flag: '-device',
      value: json({ driver: 'virtio-serial-pci', id: 'virtio-serial0', ...plan.pci }),
      origin,
      why: "The bus of the agent's channel.",
    },
    {
      group: 'devices',
      flag: '-chardev',
      value: keyValue('socket', { id: chardev, path: plan.socket, server: true, wait: false }),
      origin,
      why: 'Where `vm` talks to the agent.',
    },
    {
      group: 'devices',
      flag: '-device',
      value: json({
        driver: 'virtserialport',
        id: plan.id,
        bus: 'virtio-serial0.0',
        nr: 1,
        chardev,
        name: 'org.qemu.guest_agent.0',
      }),
      origin,
      why: 'The port that qemu-ga in the guest looks for by its name.',
    },
  ];
}
