import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/spec/error.js';
import { network } from './support.js';

/** The lines that tell what is wrong. */
function wrong(text: string): string[] {
  try {
    network(text);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return error.issues.map(({ line, column, key, message }) => `${line}:${column} ${key}: ${message}`);
  }
  return [];
}

describe('a network', () => {
  it('needs an address, and has defaults for all else', () => {
    expect(network('address: 10.77.0.1/24')).toEqual({
      name: 'lan',
      mode: 'nat',
      address: '10.77.0.1/24',
      dhcp: { enabled: true, leaseTime: 3600 },
      hosts: [],
      taps: [],
    });
    expect(wrong('mode: nat')).toEqual(['1:1 address: is missing, and has no default']);
  });

  it('tells each mistake where it stands', () => {
    expect(wrong('adress: 10.77.0.1/24\naddress: 10.77.0.1/24')).toEqual(['1:1 adress: unknown key']);
    expect(wrong('name: a-very-long-nam\naddress: 10.77.0.1/24')).toEqual([]);
    expect(wrong('name: seventeen-letters\naddress: 10.77.0.1/24')).toEqual([
      '1:7 name: "seventeen-letters" is no name of a network: 1 to 15 letters, digits, "_", "-", beginning with a letter',
    ]);
    expect(wrong('address: 10.77.0.0/24')).toEqual([
      '1:10 address: 10.77.0.0/24 is the first or last address of its network, which no host can have',
    ]);
    expect(wrong('address: 10.77.0.1/31')).toEqual([
      '1:10 address: /31 is no size of a network for guests: a prefix from /8 to /30',
    ]);
    expect(wrong('address: 10.77.0.1/24\naddress6: fd77::1/48\nmtu: 1000')).toEqual([
      '2:11 address6: fd77::1/48 is no /64, of which guests could make addresses',
      '3:6 mtu: 1000 is too little for IPv6, which needs 1280',
    ]);
    expect(wrong('address: 10.77.0.1/24\ndhcp: {leaseTime: 1m}')).toEqual([
      '2:19 dhcp.leaseTime: "1m" must be at least 2m',
    ]);
  });

  it('has taps of users, each once', () => {
    const taps = (text: string) => wrong(`address: 10.77.0.1/24\ntaps:\n${text}`);
    const { taps: read } = network(
      'address: 10.77.0.1/24\ntaps: [{device: tap0, user: alice}, {device: tap1, user: 1000, multiQueue: true}]',
    );
    expect(read).toEqual([
      { device: 'tap0', user: 'alice', multiQueue: false },
      { device: 'tap1', user: 1000, multiQueue: true },
    ]);
    expect(taps('- {device: tap0, user: a}\n- {device: tap0, user: b}\n- {device: lan, user: c}')).toEqual([
      '4:12 taps[1].device: taps[0] is tap0 too',
      "5:12 taps[2].device: lan is the name of the network's bridge",
    ]);
    // Root needs none, and a tap without an owner is everybody's.
    expect(taps('- {device: tap0, user: 0}')).toEqual(['3:24 taps[0].user: 0 is too little: at least 1']);
    expect(taps('- {device: tap0, user: "a b"}')).toEqual([
      '3:24 taps[0].user: "a b" is no user: write a name, or a number from 1',
    ]);
    expect(taps('- {device: tap0}')).toEqual(['3:3 taps[0].user: is missing, and has no default']);
  });

  it.each([
    ['10.77.0.20-10.77.0.10', 'ends before it begins'],
    ['10.77.0.20-10.77.1.10', 'is not within 10.77.0.0/24'],
    ['10.77.0.0-10.77.0.10', 'is not within 10.77.0.0/24'],
    ['10.77.0.1-10.77.0.10', "holds the host's own address"],
    ['10.77.0.2-10.77.0.300', 'is no range of addresses: write it as "10.77.0.100-10.77.0.200"'],
  ])('refuses the range %s', (range, words) => {
    expect(wrong(`address: 10.77.0.1/24\ndhcp: {range: ${range}}`)).toEqual([
      `2:15 dhcp.range: "${range}" ${words}`,
    ]);
  });

  it('refuses hosts that contradict each other, the network, or themselves', () => {
    const hosts = (text: string) => wrong(`address: 10.77.0.1/24\nhosts:\n${text}`);
    expect(hosts('- {address: 10.77.0.5}')).toEqual(['3:3 hosts[0]: must have one of vm and mac']);
    expect(hosts("- {vm: a, mac: '52:54:00:00:00:01', address: 10.77.0.5}")).toEqual([
      '3:3 hosts[0]: must have one of vm and mac',
    ]);
    expect(hosts('- {vm: a, address: 10.78.0.5}\n- {vm: a, address: 10.77.0.1}')).toEqual([
      '3:20 hosts[0].address: 10.78.0.5 is not within 10.77.0.0/24',
      expect.stringMatching(/^4:3 hosts\[1\]: has 52:54:00:\S+, as hosts\[0\] has$/),
      "4:20 hosts[1].address: 10.77.0.1 is the host's own address",
    ]);
  });

  it('throws nothing but what is wrong in the text, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => `address: ${json}`),
        ),
        (text) => {
          wrong(text);
        },
      ),
      { numRuns: 200 },
    );
  });
});
