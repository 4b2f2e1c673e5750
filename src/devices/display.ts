/** What shows the guest's screen. Pure. QEMU's docs: qemu-options, -display, -vnc and -spice. */
import * as z from 'zod';
import { hostPath } from '../spec/scalars.js';
import { hostAddress, portNumber } from './chardev.js';

const words = ['none', 'vnc', 'spice', 'gtk', 'sdl', 'egl-headless', 'dbus'] as const;

const password = hostPath
  .optional()
  .meta({ description: 'a file with the password; default: none is asked for' });
const tls = hostPath.optional().meta({
  description: 'a folder with ca-cert.pem, server-cert.pem and server-key.pem: encrypts the connection',
});
const gl = z
  .union([z.boolean(), z.literal('es')])
  .meta({ description: 'OpenGL, with the GPU of the host; es: OpenGL ES' });
const renderNode = hostPath
  .optional()
  .meta({ description: 'the GPU, such as /dev/dri/renderD128; default: the first' });
const fullScreen = z.boolean().default(false).meta({ description: 'begins with the whole screen' });
const listen = hostAddress.optional().meta({
  description: 'the address to listen on; default: 127.0.0.1 if there is a port, else only the socket',
});
const socket = hostPath
  .optional()
  .meta({ description: "a unix socket; default: one in the VM's runtime folder, if there is no port" });

const vnc = z.strictObject({
  type: z.literal('vnc').meta({ description: "VNC, by default on a socket in the VM's runtime folder" }),
  listen,
  port: z
    .union([
      z.literal('auto'),
      z.int().min(5900, 'must be at least 5900').max(65535, 'must be at most 65535'),
    ])
    .optional()
    .meta({ description: 'a TCP port from 5900 on, or auto: the first free one' }),
  socket,
  password,
  tls,
  websocket: portNumber.optional().meta({ description: 'a TCP port for browsers; needs port' }),
  share: z.enum(['allow-exclusive', 'force-shared', 'ignore']).optional().meta({
    description: "what becomes of other viewers when one comes; default: QEMU's, allow-exclusive",
  }),
  powerControl: z.boolean().default(false).meta({ description: 'viewers may shut down and reset the guest' }),
  keymap: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]{2})?$/, 'is no keymap: write it as en-us or de')
    .optional()
    .meta({ description: 'the layout of viewers that send no key codes' }),
  lossy: z.boolean().default(false).meta({ description: 'may compress pictures with loss' }),
});

const compression = z.enum(['auto_glz', 'auto_lz', 'quic', 'glz', 'lz', 'off']);
const wan = z.enum(['auto', 'never', 'always']);

/** What SPICE sends over, each for itself. */
export const spiceChannels = [
  'main',
  'display',
  'inputs',
  'cursor',
  'playback',
  'record',
  'smartcard',
  'usbredir',
] as const;

const spice = z.strictObject({
  type: z.literal('spice').meta({ description: "SPICE, by default on a socket in the VM's runtime folder" }),
  listen,
  port: portNumber.optional().meta({ description: 'a TCP port' }),
  tlsPort: portNumber.optional().meta({ description: 'a TCP port for encrypted connections; needs tls' }),
  socket,
  password,
  tls,
  channels: z
    .partialRecord(z.enum(['default', ...spiceChannels]), z.enum(['tls', 'plain']))
    .default({})
    .meta({
      description:
        'which channels of a viewer must be encrypted (tls), and which may not be (plain): {main: tls}; default is all of those not named; default: as the viewer wishes',
    }),
  agent: z
    .boolean()
    .default(true)
    .meta({ description: "the channel of the guest's SPICE agent: clipboard, resolution" }),
  clipboard: z.boolean().default(true).meta({ description: 'copy and paste between guest and viewer' }),
  fileTransfer: z
    .boolean()
    .default(true)
    .meta({ description: 'files dropped on the viewer go to the guest' }),
  mouse: z
    .enum(['client', 'server'])
    .default('client')
    .meta({ description: 'who says where the pointer is' }),
  imageCompression: compression.optional().meta({ description: "default: QEMU's, auto_glz" }),
  jpegCompression: wan.optional().meta({ description: "default: QEMU's, auto" }),
  zlibCompression: wan.optional().meta({ description: "default: QEMU's, auto" }),
  playbackCompression: z.boolean().optional().meta({ description: "compresses sound; default: QEMU's, on" }),
  streaming: z
    .enum(['off', 'all', 'filter'])
    .optional()
    .meta({ description: "what is sent as video; default: QEMU's, off" }),
  gl: z
    .boolean()
    .default(false)
    .meta({ description: 'OpenGL; only for viewers on this host, over the socket' }),
  renderNode,
});

const window = {
  gl: gl.default(false),
  fullScreen,
  confirmClose: z
    .boolean()
    .default(false)
    .meta({ description: 'false: closing the window ends the VM; true: it can not be closed' }),
};

const gtk = z.strictObject({
  type: z.literal('gtk').meta({ description: 'a window of this desktop (GTK)' }),
  ...window,
  zoomToFit: z.boolean().optional().meta({ description: 'scales the screen to the window' }),
  grabOnHover: z
    .boolean()
    .default(false)
    .meta({ description: 'takes the keyboard when the pointer is over it' }),
  cursor: z.boolean().default(false).meta({ description: 'shows the pointer of this desktop too' }),
});
const sdl = z.strictObject({
  type: z.literal('sdl').meta({ description: 'a window of this desktop (SDL)' }),
  ...window,
  cursor: z.boolean().default(false).meta({ description: 'shows the pointer of this desktop too' }),
});
const headless = z.strictObject({
  type: z
    .literal('egl-headless')
    .meta({ description: 'no window, but OpenGL for the guest, beside vnc or spice' }),
  renderNode,
});
const dbus = z.strictObject({
  type: z.literal('dbus').meta({ description: 'for viewers on D-Bus' }),
  address: z.string().max(1024).optional().meta({ description: "the bus; default: the session's" }),
  gl: gl.default(false),
  renderNode,
});

const screen = z.discriminatedUnion('type', [vnc, spice, gtk, sdl, headless, dbus]);

export type ScreenSpec = z.output<typeof screen>;

/** One word, one display with its keys, or several: at most one of them a window. */
export const displaySection = z
  .union([z.enum(words), screen, z.array(screen).max(4, 'is too long: at most 4 displays')])
  .default('none')
  .transform((display): ScreenSpec[] => {
    if (display === 'none') return [];
    if (typeof display === 'string') return [screen.parse({ type: display })];
    return Array.isArray(display) ? display : [display];
  })
  .meta({ description: 'what shows the screen: one word, a map, or a list of maps' });

/** Displays that QEMU has one of: `-display`. The others are servers. */
export const isServer = ({ type }: ScreenSpec): boolean => type === 'vnc' || type === 'spice';

/** Whether a display lets the guest use the host's OpenGL. */
export const hasGl = (display: ScreenSpec): boolean =>
  display.type === 'egl-headless' || ('gl' in display && display.gl !== false);

/** Whether QEMU itself draws with a GPU: a window draws with that of its desktop. */
export const drawsAlone = (
  display: ScreenSpec,
): display is Extract<ScreenSpec, { readonly renderNode?: unknown }> =>
  display.type === 'egl-headless' ||
  ((display.type === 'spice' || display.type === 'dbus') && display.gl !== false);

/** Where the kernel has the GPUs of a host that can be drawn with (kernel docs: gpu/drm-uapi, "Render nodes"). */
export const gpuFolder = '/dev/dri';
