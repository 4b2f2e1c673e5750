import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addressesTold, guestNetworks } from '../../src/runtime/guest-addresses.js';
import { networkPaths } from '../../src/runtime/networks/paths.js';
import { plan } from '../support/planning.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/vmt');
  vi.stubEnv('VM_STATE_DIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const mac = '52:54:00:00:00:01';

function lease(line: string): void {
  const { leases } = networkPaths('lan');
  mkdirSync(join(leases, '..'), { recursive: true });
  writeFileSync(leases, line);
}

async function addresses(backend: string) {
  const made = plan(`networks: [{mac: "${mac}", ${backend}}]`);
  return (await guestNetworks(made, null)).map(({ addresses: found }) => found);
}

describe('the addresses of a guest', () => {
  it('are those of its leases that have not run out', async () => {
    expect(await addresses('type: bridge, bridge: br0')).toEqual([[]]);
    lease(`0 ${mac} 10.77.0.9 web *\n5 ${mac} 10.77.0.8 web *\n0 52:54:00:00:00:02 10.77.0.7 * *\n`);
    expect(await addresses('type: bridge, bridge: br0')).toEqual([['10.77.0.9']]);
    expect(await addresses('type: tap, device: tap8')).toEqual([['10.77.0.9']]);
    // Of a card that is on no network of ours the same MAC address says nothing.
    expect(await addresses('type: user')).toEqual([[]]);
  });

  it('are what the agent tells, by card, without those of the link alone', () => {
    const ip = (address: string) => ({ 'ip-address': address, 'ip-address-type': 'ipv4', prefix: 24 });
    const answer = [
      { name: 'lo', 'ip-addresses': [ip('127.0.0.1')] },
      {
        name: 'eth0',
        'hardware-address': mac.toUpperCase(),
        'ip-addresses': [ip('10.0.2.15'), ip('fe80::1')],
      },
      { name: 'eth1', 'hardware-address': 'aa:bb:cc:dd:ee:ff' },
      { name: 'odd', 'hardware-address': '02:00:00:00:00:01', 'ip-addresses': [ip('\x1b[2J'), 7, null] },
    ];
    expect([...addressesTold(answer)]).toEqual([
      [mac, ['10.0.2.15']],
      ['aa:bb:cc:dd:ee:ff', []],
      ['02:00:00:00:00:01', []],
    ]);
  });

  it('are none of whatever else the guest answers', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (answer) => {
        expect(addressesTold(answer)).toBeInstanceOf(Map);
      }),
    );
  });
});
