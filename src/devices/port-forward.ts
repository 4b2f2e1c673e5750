/** Port forwards of the user-mode networks. Pure. QEMU's docs: qemu-options, hostfwd; passt(1). */
import * as z from 'zod';
import { interfaceName } from '../spec/scalars.js';

export interface PortForward {
  readonly protocol: 'tcp' | 'udp';
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly guestPort: number;
}

const wanted =
  'is no port forward: write "HOST:GUEST", as in "2222:22", "127.0.0.1:8080:80" or "5353:53/udp"';

/** `2222:22`, with an address of the host before it or `/udp` behind it. Without an address only this machine reaches it. */
export const portForward = z
  .string({ error: wanted })
  .transform((text, context): PortForward => {
    const parsed = parseForward(text);
    if (parsed) return parsed;
    // Text is the form of a forward: what is wrong with it is the reason, whatever else a list may hold.
    context.addIssue({ code: 'custom', message: wanted, params: { certain: true } });
    return z.NEVER;
  })
  .meta({ examples: ['2222:22'] });

function parseForward(text: string): PortForward | undefined {
  const match = /^(?:(\d{1,3}(?:\.\d{1,3}){3}):)?(\d{1,5}):(\d{1,5})(?:\/(tcp|udp))?$/.exec(text);
  if (!match) return undefined;
  const [, hostAddress = '127.0.0.1', host, guest, protocol = 'tcp'] = match;
  const ports = [Number(host), Number(guest)];
  if (
    hostAddress.split('.').some((byte) => Number(byte) > 255) ||
    ports.some((port) => port < 1 || port > 65535)
  )
    return undefined;
  return {
    protocol: protocol as 'tcp' | 'udp',
    hostAddress,
    hostPort: Number(host),
    guestPort: Number(guest),
  };
}

/** QEMU's own notation: an empty guest address is the first that DHCP gives. */
export function forwardText({ protocol, hostAddress, hostPort, guestPort }: PortForward): string {
  return `${protocol}:${hostAddress}:${hostPort}-:${guestPort}`;
}

/** A forward of passt(1): the options -t and -u. */
export interface PasstForward {
  readonly protocol: 'tcp' | 'udp';
  readonly address?: string | undefined;
  readonly interface?: string | undefined;
  /** Empty: every port. */
  readonly ports: readonly string[];
}

const portRange = z.string().refine(isPortRange, {
  message: 'is no range of ports: write "22", "2222:22", "8000-8010:9000", or "~8005" to leave one out',
});

/** The short form of the user-mode network, or what passt can do besides: ranges, whole protocols, one interface. */
export const passtForward = z.union([
  portForward.transform(
    ({ protocol, hostAddress, hostPort, guestPort }): PasstForward => ({
      protocol,
      address: hostAddress,
      ports: [`${hostPort}:${guestPort}`],
    }),
  ),
  z.strictObject({
    protocol: z.enum(['tcp', 'udp']).default('tcp'),
    address: z.union([z.ipv4(), z.ipv6()]).optional().meta({ description: 'default: every one of the host' }),
    interface: interfaceName.optional(),
    ports: z.array(portRange).max(64).default([]),
  }),
]);

function isPortRange(text: string): boolean {
  const match = /^(~?)(\d{1,5})(?:-(\d{1,5}))?(?::(\d{1,5}))?$/.exec(text);
  if (!match) return false;
  const [, except, from, last = from, to = from] = match;
  if (except === '~' && to !== from) return false;
  const length = Number(last) - Number(from);
  const valid = (port: number) => port >= 1 && port <= 65535;
  return length >= 0 && [Number(from), Number(last), Number(to), Number(to) + length].every(valid);
}

/** In passt's notation: `127.0.0.1%eth0/8000-8010:9000-9010,~8005`. */
export function passtForwardText({ address, interface: device, ports }: PasstForward): string {
  const where = `${address ?? ''}${device === undefined ? '' : `%${device}`}`;
  if (where === '' && ports.length === 0) return 'all';
  const ranges = ports.length === 0 ? '1-65535' : ports.map(rangeText).join(',');
  return where === '' ? ranges : `${where}/${ranges}`;
}

function rangeText(text: string): string {
  const [from = '', to] = text.split(':');
  const [first, last] = from.split('-').map(Number);
  if (to === undefined || first === undefined || last === undefined) return text;
  return `${from}:${to}-${Number(to) + last - first}`;
}
