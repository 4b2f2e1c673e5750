/** Port forwards of the user-mode network. Pure. QEMU's docs: qemu-options, hostfwd. */
import * as z from 'zod';

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
    context.addIssue({ code: 'custom', message: wanted });
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
