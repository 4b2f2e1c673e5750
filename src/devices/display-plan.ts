/** Plans and compiles displays. Pure. QEMU's docs: qemu-options, -display, -vnc and -spice. */
import { posix as path } from 'node:path';
import type { QemuOption } from '../command/option.js';
import { keyValue, type OptionMembers } from '../command/quote.js';
import { tlsOption } from './chardev-plan.js';
import type { DeviceContext } from './context.js';
import { drawsAlone, gpuFolder, isServer, type ScreenSpec } from './display.js';
import { spiceMembers, vncMembers, windowMembers } from './display-members.js';
import { objectOption } from './options.js';

export interface DisplayPlan {
  readonly kind: 'display';
  readonly id: string;
  readonly origin: string;
  readonly what: string;
  readonly type: ScreenSpec['type'] | 'none';
  /** Of vnc and spice; null: it listens on a port. */
  readonly socket: string | null;
  readonly flag: '-display' | '-vnc' | '-spice';
  /** Null: key=value alone. */
  readonly first: string | null;
  /** In QEMU's words. */
  readonly members: OptionMembers;
  /** Files that QEMU reads: the password, and the folder of certificates. */
  readonly password: string | null;
  readonly tls: string | null;
}

/** @param audio the audio backend whose sound VNC viewers hear too. */
export function planDisplay(
  displays: readonly ScreenSpec[],
  audio: string | null,
  context: DeviceContext,
): DisplayPlan[] {
  const plans = displays.map((display, index) => {
    const origin = displays.length === 1 ? 'display' : `display[${index}]`;
    reportGpu(display, origin, context);
    return isServer(display) ? planServer(display, origin, audio, context) : planWindow(display, origin);
  });
  return displays.every(isServer) ? [noWindow, ...plans] : plans;
}

function reportGpu(display: ScreenSpec, origin: string, { files, find }: DeviceContext): void {
  if (!drawsAlone(display) || display.renderNode !== undefined) return;
  if (files.get(gpuFolder)?.kind !== 'missing') return;
  find({
    severity: 'missing',
    code: 'host.file',
    key: origin,
    message: `no GPU of this host can be drawn with: there is no ${gpuFolder}`,
    hint: 'Load the driver of a GPU, or use a display without OpenGL: vnc, say.',
  });
}

const common = { kind: 'display', socket: null, password: null, tls: null } as const;

const noWindow: DisplayPlan = {
  ...common,
  id: 'display',
  origin: 'display',
  what: 'none',
  type: 'none',
  flag: '-display',
  first: 'none',
  members: {},
};

function planWindow(display: ScreenSpec, origin: string): DisplayPlan {
  return {
    ...common,
    id: 'display',
    origin,
    what: display.type,
    type: display.type,
    flag: '-display',
    first: display.type,
    members: windowMembers(display),
  };
}

function planServer(
  display: ScreenSpec,
  origin: string,
  audio: string | null,
  context: DeviceContext,
): DisplayPlan {
  if (display.type !== 'vnc' && display.type !== 'spice') return planWindow(display, origin);
  const server = {
    ...common,
    id: display.type,
    origin,
    password: display.password ?? null,
    tls: display.tls ?? null,
  };
  const hasPort = display.port !== undefined || (display.type === 'spice' && display.tlsPort !== undefined);
  const socket = hasPort ? null : (display.socket ?? ownServerSocket(display.type, context));
  const host = display.listen ?? '127.0.0.1';
  if (socket === null && !isLoopback(host) && server.password === null && server.tls === null) {
    context.find({
      severity: 'warning',
      code: 'spec.open-display',
      key: origin,
      message: `whoever reaches ${host} sees and works this guest's screen: it asks for no password and encrypts nothing`,
      hint: 'Listen on 127.0.0.1 (viewers can come through ssh), or give it password and tls.',
    });
  }
  if (display.type === 'vnc') {
    const where = display.port === 'auto' ? 'the first free port from 5900 on' : `port ${display.port}`;
    return {
      ...server,
      type: 'vnc',
      what: socket === null ? `VNC on ${host}, ${where}` : `VNC on ${socket}`,
      socket,
      flag: '-vnc',
      first:
        socket === null
          ? `${bracketed(host)}:${display.port === 'auto' ? 0 : (display.port ?? 5900) - 5900}`
          : `unix:${socket}`,
      members: vncMembers(display, audio),
    };
  }
  return {
    ...server,
    type: 'spice',
    what:
      socket === null ? `SPICE on ${host}, port ${display.port ?? display.tlsPort}` : `SPICE on ${socket}`,
    socket,
    flag: '-spice',
    first: null,
    members: spiceMembers(display, socket, host),
  };
}

const isLoopback = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);

/** QEMU tells an IPv6 address from the number behind it by its brackets. */
const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

function ownServerSocket(type: 'vnc' | 'spice', { paths }: DeviceContext): string {
  return type === 'vnc' ? paths.vnc : path.join(paths.folder, 'spice.sock');
}

const reasons: Readonly<Record<string, string>> = {
  none: 'No window: QEMU would open one otherwise.',
  vnc: 'The screen over VNC, on a socket that only this user can open.',
  spice: 'The screen over SPICE, on a socket that only this user can open.',
  'egl-headless': "No window, but the host's OpenGL for the guest.",
};

export function displayOptions({
  id,
  origin,
  type,
  flag,
  first,
  members,
  password,
  tls,
  socket,
}: DisplayPlan): QemuOption[] {
  const why =
    flag !== '-display' && socket === null
      ? 'The screen over the network: whoever reaches the port is asked for no more than the spec says.'
      : (reasons[type] ?? 'The window that shows the screen.');
  const secret =
    password === null
      ? []
      : [
          objectOption(origin, 'The password, which stays in its file.', {
            'qom-type': 'secret',
            id: `${id}-password`,
            file: password,
          }),
        ];
  const certificates = tls !== null && type === 'vnc' ? [tlsOption(`${id}-tls`, tls, true, origin)] : [];
  // A first part with an equals sign would be read as another member: then it is given its name (vnc_display_parse).
  const value =
    flag === '-vnc' && first?.includes('=')
      ? keyValue(undefined, { vnc: first, ...members })
      : keyValue(first ?? undefined, members);
  const open = flag !== '-display' && socket === null && password === null;
  const cost = open ? 'Without a password: whoever reaches the port sees the screen and types.' : undefined;
  return [...secret, ...certificates, { group: 'display', flag, value, origin, why, cost }];
}
