/** The keys of displays in QEMU's words. Pure. QEMU's docs: qemu-options, -display, -vnc and -spice. */
import type { OptionMembers } from '../command/quote.js';
import type { ScreenSpec } from './display.js';

const glText = (gl: boolean | 'es'): string | undefined =>
  gl === false ? undefined : gl === 'es' ? 'es' : 'on';

export function windowMembers(display: ScreenSpec): OptionMembers {
  switch (display.type) {
    case 'gtk':
      return {
        gl: glText(display.gl),
        'full-screen': display.fullScreen || undefined,
        'zoom-to-fit': display.zoomToFit,
        'grab-on-hover': display.grabOnHover || undefined,
        'show-cursor': display.cursor || undefined,
        'window-close': display.confirmClose ? false : undefined,
      };
    case 'sdl':
      return {
        gl: glText(display.gl),
        'full-screen': display.fullScreen || undefined,
        'show-cursor': display.cursor || undefined,
        'window-close': display.confirmClose ? false : undefined,
      };
    case 'egl-headless':
      return { rendernode: display.renderNode };
    case 'dbus':
      return { addr: display.address, gl: glText(display.gl), rendernode: display.renderNode };
    default:
      return {};
  }
}

export function vncMembers(vnc: Extract<ScreenSpec, { type: 'vnc' }>, audio: string | null): OptionMembers {
  return {
    to: vnc.port === 'auto' ? 9999 : undefined,
    websocket: vnc.websocket,
    'password-secret': vnc.password === undefined ? undefined : 'vnc-password',
    'tls-creds': vnc.tls === undefined ? undefined : 'vnc-tls',
    share: vnc.share,
    'power-control': vnc.powerControl || undefined,
    lossy: vnc.lossy || undefined,
    audiodev: audio ?? undefined,
  };
}

export function spiceMembers(
  spice: Extract<ScreenSpec, { type: 'spice' }>,
  socket: string | null,
  host: string,
): OptionMembers {
  return {
    ...(socket === null
      ? { addr: host, port: spice.port, 'tls-port': spice.tlsPort }
      : { unix: true, addr: socket }),
    'x509-dir': spice.tls,
    'tls-channel': channelsWith('tls', spice.channels),
    'plaintext-channel': channelsWith('plain', spice.channels),
    ...(spice.password === undefined
      ? { 'disable-ticketing': true }
      : { 'password-secret': 'spice-password' }),
    'image-compression': spice.imageCompression,
    'jpeg-wan-compression': spice.jpegCompression,
    'zlib-glz-wan-compression': spice.zlibCompression,
    'playback-compression': spice.playbackCompression,
    'streaming-video': spice.streaming,
    'agent-mouse': spice.mouse === 'client' ? undefined : false,
    'disable-copy-paste': spice.clipboard ? undefined : true,
    'disable-agent-file-xfer': spice.fileTransfer ? undefined : true,
    gl: spice.gl || undefined,
    rendernode: spice.renderNode,
    'seamless-migration': true,
  };
}

function channelsWith(
  mode: 'tls' | 'plain',
  channels: Readonly<Record<string, string | undefined>>,
): string[] {
  return Object.keys(channels).filter((name) => channels[name] === mode);
}
