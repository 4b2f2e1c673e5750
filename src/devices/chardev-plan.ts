/** Plans and compiles a character device. Pure. QEMU's docs: qemu-options, -chardev. */
import { posix as path } from 'node:path';
import type { QemuOption } from '../command/option.js';
import { keyValue, type OptionValue } from '../command/quote.js';
import type { ChardevSpec } from './chardev.js';
import type { DeviceContext } from './context.js';
import { objectOption } from './options.js';

type Log = { readonly log: string | null };
type Reach = {
  readonly server: boolean;
  readonly wait: boolean;
  /** In the words of this QEMU: whole seconds, or milliseconds since 9.2; empty: it does not connect again. */
  readonly reconnect: Readonly<Record<string, number>>;
};

export type ChardevPlan =
  | ({ readonly type: 'socket'; readonly socket: string } & Reach & Log)
  | ({
      readonly type: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly telnet: boolean;
      readonly tls: string | null;
    } & Reach &
      Log)
  | ({
      readonly type: 'udp';
      readonly host: string;
      readonly port: number;
      readonly localHost: string | null;
      readonly localPort: number | null;
    } & Log)
  | { readonly type: 'file'; readonly path: string; readonly append: boolean }
  | ({ readonly type: 'pipe' | 'device'; readonly path: string } & Log)
  | ({ readonly type: 'spice' | 'dbus'; readonly port: string } & Log)
  | { readonly type: 'vdagent'; readonly clipboard: boolean; readonly mouse: boolean; readonly log: null }
  | ({ readonly type: 'pty' | 'stdio' | 'null' } & Log);

/** sockaddr_un has 108 bytes, the final NUL included. */
const longestSocket = 107;

/** @param defaults the socket to listen on, and the log of ports that keep one. */
export function planChardev(
  spec: ChardevSpec,
  origin: string,
  defaults: { readonly socket: string; readonly log: string | null },
  context: DeviceContext,
): ChardevPlan {
  const log = ('log' in spec ? spec.log : undefined) ?? null;
  switch (spec.type) {
    case 'socket': {
      const socket = spec.path ?? defaults.socket;
      reportSocket(socket, origin, context);
      return { type: 'socket', socket, ...reach(spec, context), log: log ?? defaults.log };
    }
    case 'tcp':
      return {
        type: 'tcp',
        host: spec.host,
        port: spec.port,
        telnet: spec.telnet,
        tls: spec.tls ?? null,
        ...reach(spec, context),
        log,
      };
    case 'udp':
      return {
        type: 'udp',
        host: spec.host,
        port: spec.port,
        localHost: spec.localHost ?? null,
        localPort: spec.localPort ?? null,
        log,
      };
    case 'file':
      return { type: 'file', path: spec.path, append: spec.append };
    case 'pipe':
    case 'device':
      return { type: spec.type, path: spec.path, log };
    case 'spice':
    case 'dbus':
      return { type: spec.type, port: spec.port, log };
    case 'vdagent':
      return { type: 'vdagent', clipboard: spec.clipboard, mouse: spec.mouse === 'client', log: null };
    case 'pty':
      return { type: 'pty', log: log ?? defaults.log };
    default:
      return { type: spec.type, log };
  }
}

type ReachSpec = { server: boolean; wait: boolean; reconnect?: number | undefined };

function reach({ server, wait, reconnect }: ReachSpec, { qemu }: DeviceContext): Reach {
  if (reconnect === undefined) return { server, wait, reconnect: {} };
  return qemu.has('reconnectMs')
    ? { server, wait, reconnect: { 'reconnect-ms': Math.round(reconnect * 1000) } }
    : { server, wait, reconnect: { reconnect: Math.max(1, Math.round(reconnect)) } };
}

/** A socket of the VM's own, by the id of its device. */
export function ownSocket({ paths }: DeviceContext, id: string): string {
  return path.join(paths.folder, `${id}.sock`);
}

function reportSocket(socket: string, origin: string, { find }: DeviceContext): void {
  if (Buffer.byteLength(socket) <= longestSocket) return;
  find({
    severity: 'missing',
    code: 'state.path-too-long',
    key: origin,
    message: `the socket ${socket} has more than the ${longestSocket} bytes that a socket's path can have`,
    hint: 'Give it a shorter path.',
  });
}

/** The `-chardev`, and what it needs before it. */
export function chardevOptions(id: string, plan: ChardevPlan, origin: string, why: string): QemuOption[] {
  const tls =
    plan.type === 'tcp' && plan.tls !== null ? [tlsOption(tlsId(id), plan.tls, plan.server, origin)] : [];
  const chardev: QemuOption = {
    group: 'devices',
    flag: '-chardev',
    value: chardevValue(id, plan),
    origin,
    why,
  };
  return [...tls, chardev];
}

const tlsId = (id: string) => `${id}-tls`;

/** Certificates for one end of a connection. */
export function tlsOption(id: string, folder: string, server: boolean, origin: string): QemuOption {
  return objectOption(origin, 'The certificates that encrypt the connection and say who is at its ends.', {
    'qom-type': 'tls-creds-x509',
    id,
    dir: folder,
    endpoint: server ? 'server' : 'client',
    'verify-peer': true,
  });
}

function chardevValue(id: string, plan: ChardevPlan): string {
  const log = 'log' in plan && plan.log !== null ? { logfile: plan.log, logappend: false } : {};
  switch (plan.type) {
    case 'socket':
      return keyValue('socket', { id, path: plan.socket, ...reachMembers(plan), ...log });
    case 'tcp':
      return keyValue('socket', {
        id,
        host: plan.host,
        port: plan.port,
        ...reachMembers(plan),
        ...(plan.telnet ? { telnet: true } : {}),
        ...(plan.tls === null ? {} : { 'tls-creds': tlsId(id) }),
        ...log,
      });
    case 'udp':
      return keyValue('udp', {
        id,
        host: plan.host,
        port: plan.port,
        localaddr: plan.localHost ?? undefined,
        localport: plan.localPort ?? undefined,
        ...log,
      });
    case 'file':
      return keyValue('file', { id, path: plan.path, ...(plan.append ? { append: true } : {}) });
    case 'pipe':
      return keyValue('pipe', { id, path: plan.path, ...log });
    case 'device':
      return keyValue('serial', { id, path: plan.path, ...log });
    case 'spice':
      return keyValue('spiceport', { id, name: plan.port, ...log });
    case 'dbus':
      return keyValue('dbus', { id, name: plan.port, ...log });
    case 'vdagent':
      return keyValue('qemu-vdagent', { id, clipboard: plan.clipboard, mouse: plan.mouse });
    default:
      return keyValue(plan.type, { id, ...log });
  }
}

function reachMembers({ server, wait, reconnect }: Reach): Record<string, OptionValue> {
  if (server) return { server: true, wait };
  return { server: false, ...reconnect };
}

/** Where it leads, for people. */
export function chardevText(plan: ChardevPlan): string {
  switch (plan.type) {
    case 'socket':
      return plan.socket;
    case 'tcp':
    case 'udp':
      return `${plan.type} ${plan.host}:${plan.port}`;
    case 'file':
    case 'pipe':
    case 'device':
      return plan.path;
    case 'spice':
      return `SPICE port ${plan.port}`;
    case 'dbus':
      return `D-Bus port ${plan.port}`;
    case 'vdagent':
      return "QEMU's own SPICE agent";
    default:
      return plan.type;
  }
}
