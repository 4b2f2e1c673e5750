/** Where a port of the guest leads: `<source>`, `<protocol>` and `<log>` of consoles, channels and the like. Pure. libvirt's docs: formatdomain, "Consoles, serial, parallel & channel devices". */
import type { SpecDocument } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { reconnectDelay } from './addresses.js';

/** A backend in the keys of the spec. */
export type Backend = NonNullable<SpecDocument['console']>[number];

/** Where libvirt has its certificates unless its configuration says otherwise. */
const certificates = '/etc/pki/libvirt-chardev';

/** @returns undefined for a backend that the spec does not have; that is noted then. */
export function backend(node: XmlNode, notes: Notes): Backend | undefined {
  const type = node.attribute('type') ?? 'pty';
  const [first, second] = node.children('source');
  for (const source of [first, second]) source?.ignore('seclabel');
  const log = logOf(node, notes);
  switch (type) {
    case 'pty':
      node.ignore('@tty');
      first?.ignore('@path');
      return { type: 'pty', log };
    case 'unix':
      return unix(first, log);
    case 'tcp':
      return tcp(node, first, log, notes);
    case 'udp':
      return udp([first, second], log);
    case 'file': {
      const path = first?.attribute('path');
      if (log !== undefined) notes.dropped(node, 'what goes into a file is not logged a second time');
      return path === undefined ? undefined : { type: 'file', path, append: first?.onOff('append') };
    }
    case 'pipe':
    case 'dev': {
      const path = first?.attribute('path');
      return path === undefined ? undefined : { type: type === 'dev' ? 'device' : 'pipe', path, log };
    }
    case 'stdio':
    case 'null':
      return { type, log };
    case 'vc':
      notes.approximated(
        node,
        'a virtual console in a window of QEMU is not in the spec: what the guest prints is lost',
      );
      return { type: 'null', log };
    case 'dbus': {
      const port = first?.attribute('channel');
      return port === undefined ? undefined : { type: 'dbus', port, log };
    }
    case 'qemu-vdagent':
      return {
        type: 'vdagent',
        clipboard: first?.child('clipboard')?.yesNo('copypaste'),
        mouse: first?.child('mouse')?.oneOf('mode', ['client', 'server']),
      };
    case 'spiceport': {
      const port = first?.attribute('channel');
      return port === undefined ? undefined : { type: 'spice', port, log };
    }
    default:
      notes.dropped(node, `vm has no backend ${type}`);
      return undefined;
  }
}

function logOf(node: XmlNode, notes: Notes): string | undefined {
  const log = node.child('log');
  if (log?.onOff('append')) notes.approximated(log, 'the log begins anew at each start');
  return log?.attribute('file');
}

function unix(source: XmlNode | undefined, log: string | undefined): Backend {
  const path = source?.attribute('path');
  const connects = source?.oneOf('mode', ['bind', 'connect']) === 'connect';
  return {
    type: 'socket',
    path,
    server: connects ? false : undefined,
    reconnect: source && connects ? reconnectDelay(source) : undefined,
    log,
  };
}

function tcp(
  node: XmlNode,
  source: XmlNode | undefined,
  log: string | undefined,
  notes: Notes,
): Backend | undefined {
  const connects = (source?.oneOf('mode', ['bind', 'connect']) ?? 'connect') === 'connect';
  const protocol = node.child('protocol')?.attribute('type') ?? 'raw';
  const tls = source?.yesNo('tls') === true || protocol === 'tls' || protocol === 'telnets';
  source?.ignore('@tlsFromConfig');
  const port = source?.integer('service', 1);
  if (source === undefined || port === undefined) return undefined;
  if (tls)
    notes.changed(
      source,
      `certificates are taken from ${certificates}, libvirt's default: correct tls if yours are elsewhere`,
    );
  return {
    type: 'tcp',
    host: source.attribute('host'),
    port,
    server: connects ? false : undefined,
    telnet: protocol === 'telnet' || protocol === 'telnets' ? true : undefined,
    tls: tls ? certificates : undefined,
    reconnect: connects ? reconnectDelay(source) : undefined,
    log,
  };
}

function udp(sources: readonly (XmlNode | undefined)[], log: string | undefined): Backend | undefined {
  let to: { host: string | undefined; port: number | undefined } | undefined;
  let from: typeof to;
  for (const source of sources) {
    if (source === undefined) continue;
    const end = {
      mode: source.attribute('mode'),
      host: source.attribute('host'),
      port: source.integer('service'),
    };
    if (end.mode === 'bind') from = end;
    else to = end;
  }
  if (to?.port === undefined) return undefined;
  return {
    type: 'udp',
    host: to.host,
    port: to.port,
    localHost: from?.host,
    localPort: from?.port === 0 ? undefined : from?.port,
    log,
  };
}
