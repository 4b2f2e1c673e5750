/** The channel of the QEMU guest agent: a virtio-serial port with the agent's name. Pure. */
import type { QemuOption } from '../command/option.js';
import { keyValue } from '../command/quote.js';
import { virtioSerialId } from './channels.js';
import type { DeviceContext } from './context.js';
import { deviceOption, flagOption } from './options.js';

export interface GuestAgentPlan {
  readonly kind: 'guestAgent';
  readonly id: string;
  readonly socket: string;
}

export function planGuestAgent(wanted: boolean, context: DeviceContext): GuestAgentPlan[] {
  return wanted ? [{ kind: 'guestAgent', id: 'agent0', socket: context.paths.agent }] : [];
}

export function guestAgentOptions(plan: GuestAgentPlan): QemuOption[] {
  const origin = 'guestAgent';
  const chardev = `${plan.id}-chardev`;
  return [
    flagOption(
      '-chardev',
      keyValue('socket', { id: chardev, path: plan.socket, server: true, wait: false }),
      origin,
      'Where `vm` talks to the agent.',
    ),
    deviceOption(origin, 'The port that qemu-ga in the guest looks for by its name.', {
      driver: 'virtserialport',
      id: plan.id,
      bus: `${virtioSerialId}.0`,
      nr: 1,
      chardev,
      name: 'org.qemu.guest_agent.0',
    }),
  ];
}
