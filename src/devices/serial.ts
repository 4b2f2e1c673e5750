/** Serial ports: the console of `vm console` and `vm logs`. Pure. QEMU's docs: qemu-options, -chardev. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { json, keyValue } from '../command/quote.js';
import { serialLog, serialSocket } from '../plan/paths.js';
import { hostPath } from '../spec/scalars.js';
import type { DeviceContext } from './context.js';

const serialPort = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('socket').meta({
      description: 'a socket that `vm console` attaches to; what the guest prints is kept for `vm logs`',
    }),
  }),
  z.strictObject({
    type: z.literal('pty').meta({ description: 'a pseudo-terminal, for programs that want one' }),
  }),
  z.strictObject({
    type: z
      .literal('file')
      .meta({ description: 'what the guest prints goes into a file, which is emptied at each start' }),
    path: hostPath,
  }),
]);

/** A PC has four serial ports. */
export const serialSection = z
  .array(serialPort)
  .max(4, 'is too long: a PC has four serial ports')
  .prefault([{ type: 'socket' }]);

export interface SerialPlan {
  readonly kind: 'serial';
  readonly id: string;
  readonly index: number;
  readonly origin: string;
  readonly backend:
    | { readonly type: 'socket'; readonly socket: string; readonly log: string }
    | { readonly type: 'pty'; readonly log: string }
    | { readonly type: 'file'; readonly path: string };
}

export function planSerial(ports: z.output<typeof serialSection>, context: DeviceContext): SerialPlan[] {
  return ports.map((port, index) => ({
    kind: 'serial',
    id: `serial${index}`,
    index,
    origin: `serial[${index}]`,
    backend: serialBackend(port, index, context),
  }));
}

function serialBackend(
  port: z.output<typeof serialPort>,
  index: number,
  { paths }: DeviceContext,
): SerialPlan['backend'] {
  const log = serialLog(paths, index);
  switch (port.type) {
    case 'socket':
      return { type: 'socket', socket: serialSocket(paths, index), log };
    case 'pty':
      return { type: 'pty', log };
    case 'file':
      return { type: 'file', path: port.path };
  }
}

export function serialOptions({ id, index, backend, origin }: SerialPlan): QemuOption[] {
  const chardev = `${id}-chardev`;
  return [
    {
      group: 'devices',
      flag: '-chardev',
      value: serialChardev(chardev, backend),
      origin,
      why: reasons[backend.type],
    },
    {
      group: 'devices',
      flag: '-device',
      value: json({ driver: 'isa-serial', id, chardev, index }),
      origin,
      why: `The guest's serial port ${index} (ttyS${index}).`,
    },
  ];
}

const reasons: Readonly<Record<SerialPlan['backend']['type'], string>> = {
  socket: 'Where `vm console` attaches; what the guest prints is kept for `vm logs`.',
  pty: 'A pseudo-terminal for programs that want one; what the guest prints is kept for `vm logs`.',
  file: 'What the guest prints goes into this file.',
};

function serialChardev(id: string, backend: SerialPlan['backend']): string {
  switch (backend.type) {
    case 'socket':
      return keyValue('socket', {
        id,
        path: backend.socket,
        server: true,
        wait: false,
        logfile: backend.log,
        logappend: false,
      });
    case 'pty':
      return keyValue('pty', { id, logfile: backend.log, logappend: false });
    case 'file':
      return keyValue('file', { id, path: backend.path });
  }
}
