/** `<graphics>`. Pure. libvirt's docs: formatdomain, "Graphical framebuffers". */
import { spiceChannels } from '../../devices/display.js';
import type { SpecDocument, SpecDraft } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';

type Display = Extract<NonNullable<SpecDocument['display']>, readonly unknown[]>[number];
type Of<Type extends Display['type']> = Extract<Display, { type: Type }>;

/** @param spiceAgent whether the guest has a channel for SPICE's agent. */
export function convertGraphics(devices: XmlNode, spiceAgent: boolean, draft: SpecDraft, notes: Notes): void {
  const displays = devices.children('graphics').flatMap((node) => {
    const display = displayOf(node, spiceAgent, notes);
    return display === undefined ? [] : [{ display, node }];
  });
  for (const { display, node } of displays) draft.add('display', display, node);
}

function displayOf(node: XmlNode, spiceAgent: boolean, notes: Notes): Display | undefined {
  const type = node.attribute('type');
  node.ignore('alias');
  switch (type) {
    case 'vnc':
      return vnc(node, notes);
    case 'spice':
      return spice(node, spiceAgent, notes);
    case 'sdl':
      node.ignore('@display', '@xauth');
      return { type: 'sdl', fullScreen: node.yesNo('fullscreen'), gl: node.child('gl')?.yesNo('enable') };
    case 'egl-headless':
      return { type: 'egl-headless', renderNode: node.child('gl')?.attribute('rendernode') };
    case 'dbus':
      return dbus(node, notes);
    default:
      notes.dropped(node, `QEMU has no display of type ${type ?? ''}`);
      node.ignoreAll();
      return undefined;
  }
}

function dbus(node: XmlNode, notes: Notes): Of<'dbus'> {
  const gl = node.child('gl');
  node.ignore('audio', '@fromConfig');
  if (node.yesNo('p2p'))
    notes.approximated(node, "viewers come over the session's bus, and not peer to peer");
  return {
    type: 'dbus',
    address: node.attribute('address'),
    gl: gl?.yesNo('enable'),
    renderNode: gl?.attribute('rendernode'),
  };
}

interface Listen {
  readonly listen?: string | undefined;
  readonly socket?: string | undefined;
  /** Nobody can connect but over a descriptor that libvirt passes. */
  readonly none?: boolean;
}

/** `<listen>`, or the attribute of old. */
function listenOf(node: XmlNode, notes: Notes): Listen {
  const old = node.attribute('listen');
  const [first, ...more] = node.children('listen');
  if (more[0]) notes.dropped(more[0], 'the display listens at one place: the first');
  const socket = node.attribute('socket');
  if (first === undefined) return socket === undefined ? { listen: old } : { socket };
  const type = first.attribute('type');
  first.ignore('@fromConfig');
  switch (type) {
    case 'socket':
      return { socket: first.attribute('socket') };
    case 'none':
      notes.changed(
        first,
        "the display listens at a socket in vm's runtime folder, which only this user can open",
      );
      return { none: true };
    case 'network': {
      const network = first.attribute('network');
      const address = first.attribute('address');
      if (address === undefined)
        notes.approximated(
          first,
          `the display listens on 127.0.0.1: the address of the network ${network ?? ''} is libvirt's`,
        );
      return { listen: address };
    }
    default:
      return { listen: first.attribute('address') ?? old };
  }
}

function passwordFile(node: XmlNode, type: string, notes: Notes): string | undefined {
  node.ignore('@connected');
  const password = node.attribute('passwd');
  if (node.attribute('passwdValidTo') !== undefined)
    notes.dropped(node, 'the password does not expire: vm takes it from a file, which you can change');
  if (password === undefined) return undefined;
  const file = `secrets/${type}-password`;
  notes.changed(node, `put the password of the display into the file ${file}, mode 0600`);
  return file;
}

function vnc(node: XmlNode, notes: Notes): Of<'vnc'> {
  const at = listenOf(node, notes);
  const port = portOf(node);
  node.ignore('audio');
  const websocket = node.integer('websocket', -1);
  if (websocket === -1) notes.dropped(node, 'websocket: give it a port of its own');
  const onPort =
    at.socket === undefined &&
    at.none !== true &&
    !(at.listen === undefined && node.at('listen')?.attribute('type') === 'socket');
  return {
    type: 'vnc',
    listen: onPort ? at.listen : undefined,
    port: onPort ? (port ?? 'auto') : undefined,
    socket: at.socket,
    password: passwordFile(node, 'vnc', notes),
    websocket: websocket === -1 ? undefined : websocket,
    share: node.oneOf('sharePolicy', ['allow-exclusive', 'force-shared', 'ignore']),
    powerControl: node.yesNo('powerControl'),
    keymap: node.attribute('keymap'),
  };
}

/** -1 and `autoport` ask for any. */
function portOf(node: XmlNode, name = 'port'): number | undefined {
  const auto = node.yesNo('autoport') === true;
  const port = node.integer(name, -1);
  return auto || port === undefined || port < 1 ? undefined : port;
}

const firstSpicePort = 5900;

function spice(node: XmlNode, agent: boolean, notes: Notes): Of<'spice'> {
  const at = listenOf(node, notes);
  const onPort =
    at.socket === undefined && at.none !== true && node.at('listen')?.attribute('type') !== 'socket';
  const tlsPort = portOf(node, 'tlsPort');
  const port = portOf(node);
  const auto = node.yesNo('autoport') === true;
  const free = onPort && port === undefined && tlsPort === undefined && auto;
  if (free)
    notes.approximated(
      node,
      `vm does not look for a free port for SPICE: it is ${firstSpicePort}, change it where another has that`,
    );
  const gl = node.child('gl');
  const streaming = node.child('streaming')?.oneOf('mode', ['filter', 'all', 'off']);
  const tls = tlsPort !== undefined && onPort;
  if (tls)
    notes.changed(
      node,
      "certificates are taken from /etc/pki/libvirt-spice, libvirt's default: correct tls if yours are elsewhere",
    );
  node.ignore('@keymap');
  return {
    type: 'spice',
    channels: channelsOf(node, tls, notes),
    listen: onPort && (port ?? tlsPort ?? (free || undefined)) !== undefined ? at.listen : undefined,
    port: onPort ? (port ?? (free ? firstSpicePort : undefined)) : undefined,
    tlsPort: tls ? tlsPort : undefined,
    tls: tls ? '/etc/pki/libvirt-spice' : undefined,
    socket: at.socket,
    password: passwordFile(node, 'spice', notes),
    agent: agent ? undefined : false,
    clipboard: node.child('clipboard')?.yesNo('copypaste'),
    fileTransfer: node.child('filetransfer')?.yesNo('enable'),
    mouse: node.child('mouse')?.oneOf('mode', ['client', 'server']),
    imageCompression: node
      .child('image')
      ?.oneOf('compression', ['auto_glz', 'auto_lz', 'quic', 'glz', 'lz', 'off']),
    jpegCompression: node.child('jpeg')?.oneOf('compression', ['auto', 'never', 'always']),
    zlibCompression: node.child('zlib')?.oneOf('compression', ['auto', 'never', 'always']),
    playbackCompression: node.child('playback')?.onOff('compression'),
    streaming,
    gl: gl?.yesNo('enable'),
    renderNode: gl?.attribute('rendernode'),
  };
}

type Channels = NonNullable<Of<'spice'>['channels']>;

/** Which channels must be encrypted, or may not be; `any` is what SPICE does without a word. */
function channelsOf(node: XmlNode, tls: boolean, notes: Notes): Channels | undefined {
  const modes = { secure: 'tls', insecure: 'plain', any: undefined } as const;
  const channels: Channels = {};
  const set = (name: keyof Channels, mode: keyof typeof modes | undefined, place: XmlNode) => {
    const wanted = mode && modes[mode];
    if (wanted === 'tls' && !tls) notes.dropped(place, 'there is no port for encrypted connections');
    else if (wanted !== undefined) channels[name] = wanted;
  };
  const words = ['secure', 'insecure', 'any'] as const;
  set('default', node.oneOf('defaultMode', words), node);
  for (const channel of node.children('channel')) {
    const name = channel.oneOf('name', spiceChannels);
    if (name !== undefined) set(name, channel.oneOf('mode', words), channel);
  }
  return Object.keys(channels).length === 0 ? undefined : channels;
}
