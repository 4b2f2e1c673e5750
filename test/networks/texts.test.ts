import { describe, expect, it } from 'vitest';
import { dhcpRange, dnsmasqConfig } from '../../src/networks/dnsmasq.js';
import { firewallText, noFirewallText } from '../../src/networks/firewall.js';
import { network } from './support.js';

const lines = (text: string | null) => text?.split('\n').map((line) => line.trim());

describe('the rules', () => {
  it('let out the addresses of the network alone, and in what was asked for', () => {
    expect(lines(firewallText(network('address: 10.77.0.1/24')))).toEqual([
      'table inet vm_lan',
      'delete table inet vm_lan',
      'table inet vm_lan {',
      'chain forward {',
      'type filter hook forward priority filter; policy accept;',
      'iifname "lan" oifname "lan" accept',
      'iifname "lan" ip saddr != 10.77.0.0/24 drop',
      'iifname "lan" meta nfproto ipv6 drop',
      'oifname "lan" ct state established,related accept',
      'oifname "lan" drop',
      '}',
      'chain postrouting {',
      'type nat hook postrouting priority srcnat; policy accept;',
      'oifname != "lan" ip saddr 10.77.0.0/24 masquerade',
      '}',
      '}',
      '',
    ]);
  });

  it('let nothing through where it is isolated, and are none where it is routed', () => {
    expect(lines(firewallText(network('{address: 10.77.0.1/24, mode: isolated}')))?.slice(5, 8)).toEqual([
      'iifname "lan" oifname "lan" accept',
      'iifname "lan" drop',
      'oifname "lan" drop',
    ]);
    expect(firewallText(network('{address: 10.77.0.1/24, mode: routed}'))).toBeNull();
    expect(noFirewallText('lan')).toBe('table inet vm_lan\ndelete table inet vm_lan\n');
  });
});

describe('what dnsmasq is told', () => {
  it('is all that the file says', () => {
    const text = `
address: 10.77.0.1/16
address6: fd77::1/64
mtu: 1400
domain: lan.test
dhcp: {range: 10.77.1.0-10.77.1.255, leaseTime: 30m}
hosts:
  - {mac: '52:54:00:AA:00:01', address: 10.77.0.5, name: printer}
  - {vm: web, address: 10.77.0.6}
`;
    expect(lines(dnsmasqConfig(network(text)))).toEqual([
      '# Made by `vm network up`; changes are lost.',
      'interface=lan',
      'except-interface=lo',
      'bind-dynamic',
      'no-hosts',
      'domain-needed',
      'bogus-priv',
      'domain=lan.test',
      'local=/lan.test/',
      'expand-hosts',
      'dhcp-authoritative',
      'dhcp-no-override',
      'dhcp-range=10.77.1.0,10.77.1.255,255.255.0.0,1800',
      'dhcp-option=option:mtu,1400',
      'enable-ra',
      'dhcp-range=::,constructor:lan,ra-stateless',
      'dhcp-host=52:54:00:aa:00:01,10.77.0.5,printer',
      expect.stringMatching(/^dhcp-host=52:54:00(:[0-9a-f]{2}){3},10\.77\.0\.6$/),
      '',
    ]);
  });

  it('offers no way out of an isolated network, and no address where there is no DHCP', () => {
    const isolated = dnsmasqConfig(network('{address: 10.77.0.1/24, mode: isolated}'));
    for (const line of ['no-resolv', 'dhcp-option=option:router', 'ra-param=lan,0,0'])
      expect(isolated.split('\n')).toContain(line);
    expect(dnsmasqConfig(network('{address: 10.77.0.1/24, dhcp: {enabled: false}}'))).not.toContain('dhcp');
  });

  it.each([
    ['10.77.0.1/24', '10.77.0.2', '10.77.0.254'],
    ['10.77.0.254/24', '10.77.0.1', '10.77.0.253'],
    ['192.168.255.1/23', '192.168.254.1', '192.168.255.0'],
    ['200.0.0.2/30', '200.0.0.1', '200.0.0.1'],
  ])('gives of %s the greater part beside the host', (address, from, to) => {
    expect(dhcpRange(network(`address: ${address}`))).toEqual({ from, to });
  });
});
