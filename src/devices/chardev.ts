/** Where a port of the guest leads on the host: QEMU's character devices. Pure. QEMU's docs: qemu-options, -chardev. */
import * as z from 'zod';
import { duration, hostPath } from '../spec/scalars.js';

export const hostAddress = z
  .string()
  .regex(/^[A-Za-z0-9:._%-]{1,255}$/, 'is no host name and no address: write 127.0.0.1, ::1 or a name');

export const portNumber = z.int().min(1, 'must be at least 1').max(65535, 'must be at most 65535');

const tlsFolder = hostPath.meta({
  description:
    'a folder with ca-cert.pem, server-cert.pem and server-key.pem (client-*.pem where we connect): encrypts with TLS, and the other side must show a certificate too',
});

const log = hostPath.optional().meta({ description: 'a file that keeps what the guest prints' });
const server = z.boolean().meta({ description: 'whether QEMU listens; false: it connects' });
const reconnect = duration
  .optional()
  .meta({ description: 'how long to wait before connecting again; only with server: false' });
const wait = z
  .boolean()
  .default(false)
  .meta({ description: 'whether QEMU starts only once somebody has connected' });

/** The backends that every kind of port takes. */
const socket = {
  type: z.literal('socket').meta({
    description: "a unix socket, by default one in the VM's runtime folder that only this user can open",
  }),
  path: hostPath.optional().meta({ description: "the socket; default: in the VM's runtime folder" }),
  server: server.default(true),
  wait,
  reconnect,
  log,
};
const tcp = {
  type: z.literal('tcp').meta({ description: 'a TCP port' }),
  host: hostAddress
    .default('127.0.0.1')
    .meta({ description: 'the address to listen on or connect to; 0.0.0.0 or :: is every one' }),
  port: portNumber.meta({ description: 'the TCP port' }),
  server: server.default(true),
  wait,
  reconnect,
  telnet: z.boolean().default(false).meta({ description: 'speaks the telnet protocol' }),
  tls: tlsFolder.optional(),
  log,
};
const udp = {
  type: z.literal('udp').meta({ description: 'UDP packets' }),
  host: hostAddress.default('127.0.0.1').meta({ description: 'where to send to' }),
  port: portNumber.meta({ description: 'the port to send to' }),
  localHost: hostAddress.optional().meta({ description: 'the address to receive on; default: every one' }),
  localPort: portNumber
    .optional()
    .meta({ description: 'the port to receive on; default: none in particular' }),
  log,
};
const pty = {
  type: z.literal('pty').meta({ description: 'a pseudo-terminal, for programs that want one' }),
  log,
};
const file = {
  type: z.literal('file').meta({ description: 'what the guest prints goes into a file' }),
  path: hostPath,
  append: z.boolean().default(false).meta({ description: 'keeps what is in the file' }),
};
const pipe = {
  type: z
    .literal('pipe')
    .meta({ description: 'named pipes that are there already: PATH, or PATH.in and PATH.out' }),
  path: hostPath,
  log,
};
const device = {
  type: z.literal('device').meta({ description: 'a serial or parallel port of the host' }),
  path: hostPath.meta({ description: 'such as /dev/ttyS0' }),
  log,
};
const stdio = {
  type: z.literal('stdio').meta({ description: "QEMU's own output, which goes into its log" }),
  log,
};
const nothing = {
  type: z.literal('null').meta({ description: 'nowhere: what the guest prints is lost' }),
  log,
};
const spice = {
  type: z.literal('spice').meta({ description: 'a named port that SPICE clients may open' }),
  port: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'is no name: 1 to 64 letters, digits, ".", "_", "-"')
    .meta({ description: 'its name, such as org.spice-space.webdav.0' }),
  log,
};

const dbus = {
  type: z.literal('dbus').meta({ description: 'a named port for viewers on D-Bus' }),
  port: spice.port,
  log,
};
const vdagent = {
  type: z.literal('vdagent').meta({
    description:
      "QEMU's own end of the SPICE agent, for VNC, GTK and D-Bus viewers; the channel is com.redhat.spice.0",
  }),
  clipboard: z.boolean().default(false).meta({ description: 'copy and paste between guest and viewer' }),
  mouse: z
    .enum(['client', 'server'])
    .default('client')
    .meta({ description: 'who says where the pointer is' }),
};

/** A port of the guest, whose own keys stand beside those of its backend. */
export function chardevSection<T extends z.ZodRawShape>(own: T) {
  return z.discriminatedUnion('type', [
    z.strictObject({ ...own, ...socket }),
    z.strictObject({ ...own, ...tcp }),
    z.strictObject({ ...own, ...udp }),
    z.strictObject({ ...own, ...pty }),
    z.strictObject({ ...own, ...file }),
    z.strictObject({ ...own, ...pipe }),
    z.strictObject({ ...own, ...device }),
    z.strictObject({ ...own, ...stdio }),
    z.strictObject({ ...own, ...nothing }),
    z.strictObject({ ...own, ...spice }),
    z.strictObject({ ...own, ...dbus }),
    z.strictObject({ ...own, ...vdagent }),
  ]);
}

const plainSection = chardevSection({});
export type ChardevSpec = z.output<typeof plainSection>;
