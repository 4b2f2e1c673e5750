import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatSubnet,
  isHostAddress,
  netmask,
  overlap,
  subnetOf,
  toAddress,
  toNumber,
} from '../../src/networks/ipv4.js';

const address = fc.ipV4();
const cidr = fc.tuple(address, fc.integer({ min: 0, max: 32 })).map(([ip, prefix]) => `${ip}/${prefix}`);

describe('IPv4', () => {
  it('goes to numbers and back', () => {
    fc.assert(fc.property(address, (ip) => toAddress(toNumber(ip)) === ip));
    expect(toNumber('255.255.255.255')).toBe(2 ** 32 - 1);
  });

  it('knows a network by any of its addresses', () => {
    expect(formatSubnet(subnetOf('10.77.3.9/22'))).toBe('10.77.0.0/22');
    expect(netmask(subnetOf('10.77.3.9/22'))).toBe('255.255.252.0');
    fc.assert(
      fc.property(cidr, (text) => {
        const subnet = subnetOf(text);
        const number = toNumber(text.split('/')[0] ?? '');
        expect(subnet.first <= number && number <= subnet.last).toBe(true);
        expect(subnetOf(formatSubnet(subnet))).toEqual(subnet);
      }),
    );
  });

  it('knows which networks overlap, and who can be a host', () => {
    const [a, b] = [subnetOf('10.0.0.0/8'), subnetOf('10.200.0.1/24')];
    expect([overlap(a, b), overlap(b, a), overlap(b, subnetOf('10.200.1.0/24'))]).toEqual([
      true,
      true,
      false,
    ]);
    expect(['10.200.0.0', '10.200.0.1', '10.200.0.255'].map((ip) => isHostAddress(toNumber(ip), b))).toEqual([
      false,
      true,
      false,
    ]);
  });
});
