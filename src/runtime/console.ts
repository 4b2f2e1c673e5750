/** The serial console of a VM: a socket that takes one client at a time. */
import { createConnection, type Socket } from 'node:net';
import { VmError } from '../errors.js';
import type { VmPlan } from '../plan/plan.js';
import { type Connections, readConnections } from '../qmp/held.js';
import { now, pause, within } from '../qmp/limits.js';
import { reasonOf } from './thrown.js';

/** Sockets of the serial ports that have one, by the number of the port. */
export function serialSockets({ devices }: VmPlan): ReadonlyMap<number, string> {
  const sockets = new Map<number, string>();
  for (const device of devices) {
    if (device.kind === 'serial' && device.backend.type === 'socket' && device.backend.server)
      sockets.set(device.index, device.backend.socket);
  }
  return sockets;
}

/** Seconds that the client before us is given to be gone, and a busy QEMU to take us. */
const heldPatience = 0.5;
const takePatience = 5;
/** Most seconds between two looks at it; at first it is less, as a QEMU that is at rest takes a client within a millisecond. */
const longestLook = 0.01;

/**
 * Connects to a serial port. What the guest printed before is in the log, not here.
 * @throws VmError `state.no-console` if the port has no socket, or QEMU does not take the connection; `state.console-held` while another
 *   client has it.
 */
export async function openConsole(name: string, plan: VmPlan, index: number): Promise<Socket> {
  const path = serialSockets(plan).get(index);
  if (path === undefined) {
    throw new VmError('state.no-console', `${name} has no serial port ${index} with a socket`, {
      hint: 'The spec says it with serial: [{type: socket}].',
    });
  }
  const socket = await connect(path);
  try {
    await waitUntilTaken(name, path);
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

/** A connection succeeds whether QEMU takes it or leaves it in the queue behind another client's: only the kernel's table tells. */
async function waitUntilTaken(name: string, path: string): Promise<void> {
  const start = now();
  for (let look = 1; ; look += 1) {
    const queue = queueOf(readConnections(path));
    const waited = (now() - start) / 1000;
    if (queue === 'taken') return;
    if (queue === 'held' && waited > heldPatience) {
      throw new VmError('state.console-held', `another client is at the console of ${name}`, {
        hint: `A serial port serves one client: end the other one, or only read along with: vm logs ${name} --follow.`,
      });
    }
    if (waited > takePatience) {
      throw new VmError('state.no-console', `the QEMU of ${name} does not take the connection to ${path}`, {
        hint: `See what it does: vm status ${name}.`,
      });
    }
    await pause(Math.min(longestLook, look / 1000));
  }
}

/** What became of our connection. Where the kernel does not know the path, nobody can tell: then it is taken. Pure. */
export function queueOf(connections: Connections | undefined): 'taken' | 'held' | 'waiting' {
  if (!connections?.waiting) return 'taken';
  return connections.accepted ? 'held' : 'waiting';
}

async function connect(path: string): Promise<Socket> {
  const socket = createConnection({ path });
  try {
    const late = () => new Error('it does not answer');
    await within<void>({ timeout: 5 }, late, (resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
      return () => socket.off('error', reject);
    });
  } catch (cause) {
    socket.destroy();
    throw new VmError('state.no-console', `${path} can't be connected to: ${reasonOf(cause)}`, { cause });
  }
  return socket;
}
