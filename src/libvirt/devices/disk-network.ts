/** Disks on servers. Pure. libvirt's docs: formatdomain, "Hard drives, floppy disks, CDROMs", `network`. */
import { formatBytes } from '../../units.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { reconnectDelay } from './addresses.js';
import { type SourceInput, secretFile } from './disk-secrets.js';

type Source = Exclude<SourceInput, string>;
type Of<Type extends Source['type']> = Extract<Source, { type: Type }>;

interface Host {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly socket?: string | undefined;
}

/**
 * @param disk what the `<source>` is in, where domains of old have the `<auth>`.
 * @returns undefined for a protocol that QEMU or the spec has no longer.
 */
export function networkSource(node: XmlNode, disk: XmlNode, notes: Notes): SourceInput | undefined {
  const auth = node.child('auth') ?? disk.child('auth');
  const protocol = node.attribute('protocol') ?? '';
  const name = node.attribute('name') ?? '';
  const hosts = node.children('host').map(hostOf);
  switch (protocol) {
    case 'nbd':
      return nbd(node, name, hosts[0], notes);
    case 'rbd':
      return rbd(node, auth, name, hosts, notes);
    case 'iscsi':
      return iscsi(node, auth, name, hosts[0], notes);
    case 'http':
    case 'https':
    case 'ftp':
    case 'ftps':
      return web(protocol, node, auth, name, hosts[0], notes);
    case 'ssh':
      return ssh(node, auth, name, hosts[0], notes);
    case 'gluster':
      return gluster(name, hosts, node, notes);
    case 'nfs':
      return nfs(node, name, hosts[0], notes);
    default:
      notes.dropped(
        node,
        `QEMU no longer has the protocol ${protocol}, and the spec neither: the disk is left out`,
      );
      return undefined;
  }
}

function hostOf(node: XmlNode): Host {
  const transport = node.oneOf('transport', ['tcp', 'rdma', 'unix']);
  const socket = node.attribute('socket');
  const host = node.attribute('name');
  const port = node.integer('port', 1);
  if (transport === 'unix' || (host === undefined && socket !== undefined))
    return socket === undefined ? {} : { socket };
  return { host, port };
}

function nbd(node: XmlNode, name: string, at: Host | undefined, notes: Notes): Of<'nbd'> {
  const tls = node.yesNo('tls') === true;
  const hostname = node.attribute('tlsHostname');
  const reconnect = reconnectDelay(node);
  if (tls)
    notes.changed(
      node,
      "the certificates of nbd are taken from /etc/pki/libvirt-nbd, libvirt's default: correct tls.credentials if yours are elsewhere",
    );
  return {
    type: 'nbd',
    ...(at?.socket === undefined ? { host: at?.host ?? 'localhost', port: at?.port } : { socket: at.socket }),
    export: name === '' ? undefined : name,
    tls: tls ? { credentials: '/etc/pki/libvirt-nbd', hostname } : undefined,
    reconnectDelay: reconnect,
  };
}

function rbd(
  node: XmlNode,
  login: XmlNode | undefined,
  name: string,
  hosts: readonly Host[],
  notes: Notes,
): Of<'rbd'> {
  const parts = name.split('/');
  const [pool = 'rbd', namespace] =
    parts.length > 1 ? [parts[0], parts.length > 2 ? parts[1] : undefined] : [];
  const snapshot = node.child('snapshot')?.attribute('name');
  const conf = node.child('config')?.attribute('file');
  const auth = authOf(login, "the user's key in Ceph, as base64,", notes);
  const servers = hosts.flatMap(({ host, port }) => (host === undefined ? [] : [{ host, port }]));
  return {
    type: 'rbd',
    pool,
    namespace,
    image: parts.slice(parts.length > 2 ? 2 : parts.length > 1 ? 1 : 0).join('/'),
    snapshot,
    servers: servers.length === 0 ? undefined : servers,
    conf,
    user: auth?.user,
    keyFile: auth?.file,
  };
}

function iscsi(
  node: XmlNode,
  login: XmlNode | undefined,
  name: string,
  at: Host | undefined,
  notes: Notes,
): Of<'iscsi'> {
  const [, target = name, lun] = /^(.*)\/(\d+)$/.exec(name) ?? [];
  const initiator = node.at('initiator', 'iqn')?.attribute('name');
  const auth = authOf(login, 'the password for iSCSI', notes);
  return {
    type: 'iscsi',
    portal: `${bracketed(at?.host ?? 'localhost')}:${at?.port ?? 3260}`,
    target,
    lun: lun === undefined || lun === '0' ? undefined : Number(lun),
    initiator,
    user: auth?.user,
    passwordFile: auth?.file,
  };
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

function web(
  protocol: string,
  node: XmlNode,
  login: XmlNode | undefined,
  name: string,
  at: Host | undefined,
  notes: Notes,
): Of<'web'> {
  const query = node.attribute('query');
  const verify = node.child('ssl')?.yesNo('verify');
  const readAhead = node.child('readahead')?.integer('size', 1);
  const timeout = node.child('timeout')?.integer('seconds', 1);
  const auth = authOf(login, 'the password for the server', notes);
  const cookies = node.child('cookies');
  if (cookies) {
    const names = cookies.children('cookie').map((cookie) => cookie.attribute('name') ?? '');
    cookies.ignoreAll();
    notes.changed(
      cookies,
      `cookies are read from a file: write ${names.map((one) => `${one}=…`).join('; ')} into secrets/cookies, mode 0600`,
    );
  }
  const port = at?.port === undefined || at.port === defaultPorts[protocol] ? '' : `:${at.port}`;
  return {
    type: 'web',
    url: `${protocol}://${bracketed(at?.host ?? 'localhost')}${port}/${name.replace(/^\//, '')}${query === undefined ? '' : `?${query}`}`,
    user: auth?.user,
    passwordFile: auth?.file,
    cookieFile: cookies === undefined ? undefined : 'secrets/cookies',
    verifyCertificate: verify === false ? false : undefined,
    readAhead: readAhead === undefined ? undefined : formatBytes(readAhead),
    timeout: timeout === undefined ? undefined : `${timeout}s`,
  };
}

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443, ftp: 21, ftps: 990 };

function ssh(
  node: XmlNode,
  login: XmlNode | undefined,
  file: string,
  at: Host | undefined,
  notes: Notes,
): Of<'ssh'> {
  const identity = node.child('identity');
  const user = identity?.attribute('username');
  const key = identity?.attribute('keyfile') ?? identity?.attribute('agentsock');
  const auth = authOf(login, 'the password for SSH, which QEMU has no way to take,', notes);
  if (identity && key !== undefined)
    notes.approximated(
      identity,
      `QEMU asks the SSH agent for keys: load ${key} into it (ssh-add), or name its socket in SSH_AUTH_SOCK`,
    );
  const hosts = node.child('knownHosts');
  if (hosts)
    notes.approximated(
      hosts,
      `QEMU reads ~/.ssh/known_hosts, and not ${hosts.attribute('path') ?? 'another file'}`,
    );
  return {
    type: 'ssh',
    host: at?.host ?? 'localhost',
    port: at?.port,
    file,
    user: user ?? auth?.user,
  };
}

function gluster(name: string, hosts: readonly Host[], node: XmlNode, notes: Notes): Of<'gluster'> {
  const [volume = '', ...file] = name.split('/');
  const servers = hosts.flatMap(({ host, port }) => (host === undefined ? [] : [{ host, port }]));
  if (servers.length < hosts.length)
    notes.dropped(node, 'gluster through a local socket is not in the spec: the servers with names are');
  return {
    type: 'gluster',
    volume,
    file: file.join('/'),
    servers: servers.length === 0 ? [{ host: 'localhost' }] : servers,
  };
}

function nfs(node: XmlNode, file: string, at: Host | undefined, notes: Notes): Of<'nfs'> {
  const identity = node.child('identity');
  const number = (key: 'user' | 'group') => {
    const value = identity?.attribute(key)?.replace(/^\+/, '');
    if (value === undefined) return {};
    if (/^\d{1,10}$/.test(value)) return { [key]: Number(value) };
    notes.dropped(identity ?? node, `${key} ${value} is a name: write its number, as \`id\` shows it`);
    return {};
  };
  return { type: 'nfs', host: at?.host ?? 'localhost', file, ...number('user'), ...number('group') };
}

function authOf(
  auth: XmlNode | undefined,
  what: string,
  notes: Notes,
): { user: string; file: string | undefined } | undefined {
  if (auth === undefined) return undefined;
  const user = auth.attribute('username') ?? '';
  const secret = auth.child('secret');
  return { user, file: secret === undefined ? undefined : secretFile(secret, what, notes) };
}
