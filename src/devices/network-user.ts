/** User mode: libslirp in QEMU, or passt(1) beside it. Pure. QEMU's docs: qemu-options, -netdev user and stream. */
import { posix as path } from 'node:path';
import type { SideProcessPlan } from '../plan/side-process.js';
import type { DeviceContext } from './context.js';
import type { NetdevProperties, NetworkBackend } from './network-backend.js';
import type { NetworkOf } from './network-section.js';
import type { NetworkPlace } from './network-taps.js';
import { passtForwardText } from './port-forward.js';

export function planUser(network: NetworkOf<'user'>): NetworkBackend {
  const [prefix6, length6] = network.subnet6?.split('/') ?? [];
  const properties = given({
    ipv4: network.ipv4,
    ipv6: network.ipv6,
    net: network.subnet,
    host: network.gateway,
    dns: network.dns,
    dhcpstart: network.dhcpStart,
    'ipv6-prefix': prefix6,
    'ipv6-prefixlen': length6 === undefined ? undefined : Number(length6),
    'ipv6-host': network.gateway6,
    'ipv6-dns': network.dns6,
    hostname: network.hostname,
    domainname: network.domain,
    dnssearch: network.searchDomains.length > 0 ? network.searchDomains.map((str) => ({ str })) : undefined,
    restrict: network.restrict || undefined,
    tftp: network.tftp,
    'tftp-server-name': network.tftpServerName,
    bootfile: network.bootFile,
  });
  return { type: 'user', forwards: network.forwards, properties };
}

/**
 * passt makes the sockets of the guest's connections, in a sandbox of its own; it ends when QEMU's connection does. As root it would
 * become the user nobody, who can't reach the folder of the VM: it is told to stay, and drops all rights but that.
 */
export function planPasst(
  network: NetworkOf<'passt'>,
  { id, origin }: NetworkPlace,
  context: DeviceContext,
): SideProcessPlan {
  const { host, paths, find } = context;
  if (!context.qemu.has('netdevStream')) reportOldQemu(`${origin}.type`, '7.2', context);
  if (host.programs?.passt === null) {
    find({
      severity: 'missing',
      code: 'host.program',
      key: `${origin}.type`,
      message: 'passt is not installed here',
      hint: 'Install it (Debian: apt-get install passt), or say type: user.',
    });
  }
  const socket = passtSocket(id, context);
  return {
    id: `passt-${id}`,
    program: host.programs?.passt ?? 'passt',
    args: passtArguments(network, socket, host.root === true),
    socket,
    key: origin,
    log: path.join(paths.stateFolder, `passt-${id}.log`),
    folders: [],
  };
}

export function passtSocket(id: string, { paths }: DeviceContext): string {
  return path.join(paths.folder, `passt-${id}.sock`);
}

function passtArguments(network: NetworkOf<'passt'>, socket: string, root: boolean): string[] {
  const option = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [name, `${value}`];
  const forwards = (protocol: 'tcp' | 'udp') =>
    network.forwards
      .filter((forward) => forward.protocol === protocol)
      .flatMap((forward) => [`--${protocol}-ports`, passtForwardText(forward)]);
  return [
    '--foreground',
    '--stderr',
    '--one-off',
    ...(root ? ['--runas', '0'] : []),
    '--socket',
    socket,
    ...option('--interface', network.interface),
    ...network.address.flatMap((address) => ['--address', address]),
    ...option('--netmask', network.prefix),
    ...network.gateway.flatMap((address) => ['--gateway', address]),
    ...network.dns.flatMap((address) => ['--dns', address]),
    ...(network.searchDomains.length > 0 ? ['--search', network.searchDomains.join(' ')] : []),
    ...option('--mtu', network.mtu),
    ...(network.ipv4 === false ? ['--ipv6-only'] : []),
    ...(network.ipv6 === false ? ['--ipv4-only'] : []),
    ...forwards('tcp'),
    ...forwards('udp'),
  ];
}

export function reportOldQemu(key: string, version: string, { find }: DeviceContext): void {
  find({
    severity: 'missing',
    code: 'qemu.too-old',
    key,
    message: `this QEMU does not have it: it came with ${version}`,
    hint: `Take QEMU ${version} or later, or change ${key}.`,
  });
}

/** Without the members that are not said. */
function given(members: Readonly<Record<string, NetdevProperties[string] | undefined>>): NetdevProperties {
  return Object.fromEntries(
    Object.entries(members).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
