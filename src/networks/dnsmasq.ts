/** What dnsmasq(8) is told of a network. Pure. */
import { macOfHost } from './check.js';
import type { NetworkDefinition } from './definition.js';
import { netmask, subnetOf, toAddress, toNumber } from './ipv4.js';

/** The addresses that DHCP gives. */
export function dhcpRange({ address, dhcp }: NetworkDefinition): { from: string; to: string } {
  if (dhcp.range !== undefined) {
    const [from = '', to = ''] = dhcp.range.split('-');
    return { from, to };
  }
  const { first, last } = subnetOf(address);
  const own = toNumber(address.slice(0, address.indexOf('/')));
  const above = last - own >= own - first;
  const [from, to] = above ? [own + 1, last - 1] : [first + 1, own - 1];
  return { from: toAddress(from), to: toAddress(to) };
}

/** The text of its file. Paths are on its command line, where they need no quotes. */
export function dnsmasqConfig(network: NetworkDefinition): string {
  const { name, mode, domain } = network;
  return [
    '# Made by `vm network up`; changes are lost.',
    `interface=${name}`,
    'except-interface=lo',
    'bind-dynamic',
    // The host's own names are none of the guests' business.
    'no-hosts',
    'domain-needed',
    'bogus-priv',
    // Nothing of an isolated network gets out, questions neither.
    ...(mode === 'isolated' ? ['no-resolv', 'no-poll'] : []),
    ...(domain === undefined ? [] : [`domain=${domain}`, `local=/${domain}/`, 'expand-hosts']),
    ...(network.dhcp.enabled ? dhcpLines(network) : []),
    '',
  ].join('\n');
}

function dhcpLines(network: NetworkDefinition): string[] {
  const { address, address6, mode, mtu, dhcp, hosts } = network;
  const { from, to } = dhcpRange(network);
  return [
    'dhcp-authoritative',
    'dhcp-no-override',
    `dhcp-range=${from},${to},${netmask(subnetOf(address))},${Math.round(dhcp.leaseTime)}`,
    // No way out is offered, in IPv6 neither (a router's lifetime of 0).
    ...(mode === 'isolated' ? ['dhcp-option=option:router', `ra-param=${network.name},0,0`] : []),
    ...(mtu === undefined ? [] : [`dhcp-option=option:mtu,${mtu}`]),
    ...(address6 === undefined
      ? []
      : ['enable-ra', `dhcp-range=::,constructor:${network.name},ra-stateless`]),
    ...hosts.map(
      (host) => `dhcp-host=${[macOfHost(host), host.address, host.name].filter(Boolean).join(',')}`,
    ),
  ];
}
