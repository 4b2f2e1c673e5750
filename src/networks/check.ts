/** What the keys of a network ask of each other. Pure. */
import { stableMac } from '../plan/mac.js';
import type { KeyIssue } from '../spec/error.js';
import type { NetworkDefinition, NetworkHost } from './definition.js';
import { formatSubnet, isHostAddress, type Subnet, subnetOf, toNumber } from './ipv4.js';

export function checkNetwork(network: NetworkDefinition): KeyIssue[] {
  const subnet = subnetOf(network.address);
  if (subnet.prefix < 8 || subnet.prefix > 30) {
    const message = `/${subnet.prefix} is no size of a network for guests: a prefix from /8 to /30`;
    return [{ key: 'address', message }];
  }
  return [
    ...checkOwn(network, subnet),
    ...checkRange(network, subnet),
    ...checkHosts(network, subnet),
    ...checkTaps(network),
    ...checkIpv6(network),
  ];
}

const ownOf = ({ address }: NetworkDefinition) => toNumber(address.slice(0, address.indexOf('/')));

function checkOwn(network: NetworkDefinition, subnet: Subnet): KeyIssue[] {
  if (isHostAddress(ownOf(network), subnet)) return [];
  const message = `${network.address} is the first or last address of its network, which no host can have`;
  return [{ key: 'address', message, hint: 'write another one' }];
}

function checkRange(network: NetworkDefinition, subnet: Subnet): KeyIssue[] {
  const { range } = network.dhcp;
  if (range === undefined) return [];
  const [from = 0, to = 0] = range.split('-').map(toNumber);
  const wrong = (message: string): KeyIssue[] => [{ key: 'dhcp.range', message: `"${range}" ${message}` }];
  if (from > to) return wrong('ends before it begins');
  if (!isHostAddress(from, subnet) || !isHostAddress(to, subnet))
    return wrong(`is not within ${formatSubnet(subnet)}`);
  const own = ownOf(network);
  return from <= own && own <= to ? wrong("holds the host's own address") : [];
}

/** The card of a host: that of the VM that it names, where no address is said. */
export function macOfHost({ vm, mac }: NetworkHost): string | undefined {
  return mac ?? (vm === undefined ? undefined : stableMac(vm, 0));
}

function checkHosts(network: NetworkDefinition, subnet: Subnet): KeyIssue[] {
  const seen = new Map<string, number>();
  return network.hosts.flatMap((host, index): KeyIssue[] => {
    const at = (key: string, message: string): KeyIssue => ({ key: `hosts[${index}]${key}`, message });
    const mac = macOfHost(host);
    if (mac === undefined || (host.vm !== undefined && host.mac !== undefined))
      return [at('', 'must have one of vm and mac')];
    const issues: KeyIssue[] = [];
    const number = toNumber(host.address);
    if (!isHostAddress(number, subnet))
      issues.push(at('.address', `${host.address} is not within ${formatSubnet(subnet)}`));
    if (number === ownOf(network)) issues.push(at('.address', `${host.address} is the host's own address`));
    for (const thing of [mac, host.address]) {
      const first = seen.get(thing);
      if (first !== undefined) issues.push(at('', `has ${thing}, as hosts[${first}] has`));
      seen.set(thing, first ?? index);
    }
    return issues;
  });
}

function checkTaps({ name, taps }: NetworkDefinition): KeyIssue[] {
  return taps.flatMap(({ device }, index): KeyIssue[] => {
    const key = `taps[${index}].device`;
    const first = taps.findIndex((tap) => tap.device === device);
    if (device === name) return [{ key, message: `${device} is the name of the network's bridge` }];
    return first === index ? [] : [{ key, message: `taps[${first}] is ${device} too` }];
  });
}

function checkIpv6({ address6, mtu }: NetworkDefinition): KeyIssue[] {
  if (address6 === undefined) return [];
  const issues: KeyIssue[] = [];
  if (!address6.endsWith('/64'))
    issues.push({ key: 'address6', message: `${address6} is no /64, of which guests could make addresses` });
  if (mtu !== undefined && mtu < 1280)
    issues.push({ key: 'mtu', message: `${mtu} is too little for IPv6, which needs 1280` });
  return issues;
}
