/** Checks of networks among each other, and of where each leads. Pure. */
import { beyondHelper } from '../devices/bridge-helper.js';
import { type NetworkOf, type NetworkSpec, networkId } from '../devices/network-section.js';
import type { PortForward } from '../devices/port-forward.js';
import { checkCard } from './check-network-card.js';
import type { KeyIssue } from './error.js';
import type { VmSpec } from './schema.js';

export function checkNetworks(spec: VmSpec): KeyIssue[] {
  const { networks } = spec;
  return [
    ...checkTaken(networks),
    ...checkForwards(networks),
    ...checkFailover(spec),
    ...networks.flatMap((network, index) => {
      const key = `networks[${index}]`;
      return [...checkCard(network, key, spec), ...checkCable(network, key, spec)];
    }),
  ];
}

/** What no two networks can have. */
function checkTaken(networks: readonly NetworkSpec[]): KeyIssue[] {
  const holders = new Map<string, string>();
  const claim = (value: string | undefined, key: string, hint: string): KeyIssue[] => {
    const holder = value === undefined ? undefined : holders.get(value);
    if (value !== undefined && holder === undefined) holders.set(value, key);
    return holder === undefined ? [] : [{ key, message: `${holder} is ${value} too`, hint }];
  };
  return networks.flatMap((network, index) => {
    const key = `networks[${index}]`;
    return [
      ...claim(network.mac, `${key}.mac`, 'give each card its own, or none'),
      ...('device' in network ? claim(network.device, `${key}.device`, 'give each card its own') : []),
      ...(network.type === 'vhost-user'
        ? claim(network.socket, `${key}.socket`, 'give each card its own')
        : []),
    ];
  });
}

function checkForwards(networks: readonly NetworkSpec[]): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const held: { key: string; forward: PortForward }[] = [];
  for (const [index, network] of networks.entries()) {
    if (network.type !== 'user') continue;
    for (const [position, forward] of network.forwards.entries()) {
      const other = held.find((one) => clash(one.forward, forward));
      const key = `networks[${index}].forwards[${position}]`;
      if (other) {
        issues.push({
          key,
          message: `${other.key} takes host port ${forward.hostPort} already`,
          hint: 'choose another host port',
        });
      } else held.push({ key, forward });
    }
  }
  return issues;
}

const everyAddress = '0.0.0.0';

function clash(a: PortForward, b: PortForward): boolean {
  const address =
    a.hostAddress === b.hostAddress || a.hostAddress === everyAddress || b.hostAddress === everyAddress;
  return address && a.protocol === b.protocol && a.hostPort === b.hostPort;
}

/** The card of the host that takes over is named by its stand-in's id; the stand-in says that it is one. */
function checkFailover({ networks, hostDevices }: VmSpec): KeyIssue[] {
  const standIns = networks.flatMap((network, index) =>
    network.failover ? [networkId(network, index)] : [],
  );
  return hostDevices.flatMap(({ failoverPair }, index) =>
    failoverPair === undefined || standIns.includes(failoverPair)
      ? []
      : [
          {
            key: `hostDevices[${index}].failoverPair`,
            message: `there is no network ${failoverPair} with failover: true`,
            hint: 'name one by its id, and write failover: true there',
          },
        ],
  );
}

function checkCable(network: NetworkSpec, key: string, spec: VmSpec): KeyIssue[] {
  switch (network.type) {
    case 'bridge':
      return network.helper === true ? checkHelper(network, key, spec) : [];
    case 'user':
      return checkVersions(network, key);
    case 'passt':
      return [...checkVersions(network, key), ...checkAddresses(network, key)];
    case 'vhost-user':
      return network.server && network.reconnect !== undefined
        ? [{ key: `${key}.reconnect`, message: 'is for server: false', hint: 'remove it' }]
        : [];
    case 'socket':
      return checkLink(network, key);
    default:
      return [];
  }
}

/** The helper hands over one tap with one queue, and is a process that QEMU starts. */
function checkHelper(network: NetworkOf<'bridge'>, key: string, { qemu }: VmSpec): KeyIssue[] {
  const issues: KeyIssue[] = [];
  if (qemu.sandbox === true) {
    issues.push({
      key: `${key}.helper`,
      message: 'QEMU starts the helper, which its sandbox forbids',
      hint: 'write qemu: {sandbox: auto}, or let root start the VM without a helper',
    });
  }
  for (const name of beyondHelper(network))
    issues.push({ key: `${key}.${name}`, message: 'a tap of the helper has none', hint: 'remove it' });
  return issues;
}

function checkVersions({ ipv4, ipv6 }: NetworkOf<'user' | 'passt'>, key: string): KeyIssue[] {
  if (ipv4 !== false || ipv6 !== false) return [];
  return [{ key: `${key}.ipv6`, message: 'leaves neither IPv4 nor IPv6', hint: 'remove one of the two' }];
}

function checkAddresses({ address, gateway }: NetworkOf<'passt'>, key: string): KeyIssue[] {
  return Object.entries({ address, gateway }).flatMap(([name, [first, second]]) =>
    first !== undefined && second !== undefined && first.includes(':') === second.includes(':')
      ? [
          {
            key: `${key}.${name}[1]`,
            message: 'is a second one of the same kind',
            hint: 'give one of IPv4 and one of IPv6',
          },
        ]
      : [],
  );
}

/** Which ends a link names in each mode. */
function checkLink(network: NetworkOf<'socket'>, key: string): KeyIssue[] {
  const { mode, path, address } = network;
  if ((path === undefined) === (address === undefined)) {
    return [
      path === undefined
        ? { key, message: 'leads nowhere', hint: 'give it a path or an address' }
        : { key: `${key}.address`, message: 'there is a path too', hint: 'remove one of the two' },
    ];
  }
  const has: Readonly<Record<string, boolean>> = {
    path: mode !== 'multicast',
    peer: mode === 'datagram' && address !== undefined,
    peerPath: mode === 'datagram' && path !== undefined,
    local: mode === 'multicast',
    reconnect: mode === 'client' && path !== undefined,
  };
  const needed = mode === 'datagram' ? [path === undefined ? 'peer' : 'peerPath'] : [];
  const said = new Map(Object.entries(network));
  return [
    ...needed
      .filter((name) => !said.has(name))
      .map((name) => ({
        key: `${key}.${name}`,
        message: 'is missing: the other end',
        hint: `write ${name}: …`,
      })),
    ...Object.entries(has)
      .filter(([name, known]) => !known && said.has(name))
      .map(([name]) => ({
        key: `${key}.${name}`,
        message: `is not for mode: ${mode}${address === undefined ? ' with a path' : ' with an address'}`,
        hint: 'remove it',
      })),
    ...(mode !== 'server' && address?.startsWith(':')
      ? [{ key: `${key}.address`, message: 'names no host', hint: 'write it as "127.0.0.1:5558"' }]
      : []),
  ];
}
