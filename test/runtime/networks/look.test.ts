import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stableMac } from '../../../src/plan/mac.js';
import { switchesFor } from '../../../src/runtime/networks/forwarding.js';
import { networkLeases, networkList, networkShow } from '../../../src/runtime/networks/look.js';
import { networkPaths } from '../../../src/runtime/networks/paths.js';
import {
  type NetworkRecord,
  parseNetworkRecord,
  readNetworkRecord,
} from '../../../src/runtime/networks/record.js';
import { bootId } from '../../../src/runtime/process.js';
import { network } from '../../networks/support.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/vmt');
  process.env.VM_STATE_DIR = join(folder, 'state');
  process.env.VM_RUNTIME_DIR = join(folder, 'run');
  process.env.XDG_CONFIG_HOME = join(folder, 'config');
  mkdirSync(join(folder, 'networks'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const define = (name: string, text: string) => writeFileSync(join(folder, `networks/${name}.yaml`), text);

function record(more: Partial<NetworkRecord> = {}): NetworkRecord {
  const definition = network('{address: 10.77.0.1/24, hosts: [{vm: web, address: 10.77.0.9}]}');
  const base = { version: 1, file: '/net/lan.yaml', phase: 'up', bootId: bootId(), dnsmasq: null } as const;
  return { ...base, definition, ...more };
}

function keep(text: string, file: 'record' | 'leases' = 'record'): void {
  const paths = networkPaths('lan');
  mkdirSync(paths.folder, { recursive: true });
  writeFileSync(paths[file], text);
}

describe('networks', () => {
  it('are those that are defined and those that were up, a wrong file among them', async () => {
    define('vmnope1', 'address: 10.66.0.1/24');
    define('vmnope2', 'nonsense: 1');
    keep('', 'leases');
    const none = { state: 'down', ports: 0, address6: null };
    expect(await networkList(folder)).toEqual([
      { ...none, name: 'lan', file: null, mode: null, address: null },
      {
        ...none,
        ...{
          name: 'vmnope1',
          file: join(folder, 'networks/vmnope1.yaml'),
          mode: 'nat',
          address: '10.66.0.1/24',
        },
      },
      { ...none, name: 'vmnope2', file: join(folder, 'networks/vmnope2.yaml'), mode: null, address: null },
    ]);
    await expect(networkShow('vmnope2', folder)).rejects.toMatchObject({ code: 'spec.invalid' });
    await expect(networkShow('nobody', folder)).rejects.toMatchObject({ code: 'spec.not-found' });
    await expect(networkShow('no.name', folder)).rejects.toMatchObject({ code: 'spec.name' });
    define('lo', 'address: 10.66.0.1/24');
    expect((await networkList(folder)).find(({ name }) => name === 'lo')).toMatchObject({ state: 'foreign' });
  });

  it('say what is gone of them', async () => {
    keep(JSON.stringify(record()));
    const { state, problems } = await networkShow('lan', folder);
    expect(state).toBe('degraded');
    expect(problems).toContain('the bridge lan is gone');
    expect(problems).toContain('its dnsmasq has ended');
    keep(JSON.stringify(record({ phase: 'changing' })));
    expect((await networkShow('lan', folder)).problems).toEqual([
      'a command that was at it has not ended, or was killed',
    ]);
  });

  it('are down after a boot', () => {
    keep(JSON.stringify(record({ bootId: 'another' })));
    expect(readNetworkRecord('lan')).toBeUndefined();
  });

  it('join leases with the VMs that have the cards', () => {
    const mac = stableMac('web', 0);
    keep(`5 52:54:00:00:00:01 10.77.0.10 * *\n5 ${mac} 10.77.0.9 www *\n`, 'leases');
    keep(JSON.stringify(record()));
    expect(networkLeases('lan')).toEqual([
      { address: '10.77.0.9', mac, hostname: 'www', expires: 5, vm: 'web' },
      { address: '10.77.0.10', mac: '52:54:00:00:00:01', hostname: null, expires: 5, vm: null },
    ]);
    expect(() => networkLeases('never')).toThrow(expect.objectContaining({ code: 'state.no-such-network' }));
  });
});

describe('the record of a network', () => {
  it.each(['', 'null', '[]', '{"version": 2}', JSON.stringify({ ...record(), phase: 'odd' })])(
    'is not %s',
    (text) => {
      expect(parseNetworkRecord(text)).toBeUndefined();
      keep(text);
      expect(() => readNetworkRecord('lan')).toThrow(expect.objectContaining({ code: 'state.network' }));
    },
  );
});

it('forwarding is switched on for those that lead out, in what they speak', () => {
  const switches = (text: string) => switchesFor(network(text)).map((path) => path.split('/')[4]);
  expect(switches('{address: 10.77.0.1/24, address6: "fd77::1/64"}')).toEqual(['ipv4', 'ipv6']);
  expect(switches('{address: 10.77.0.1/24, mode: routed}')).toEqual(['ipv4']);
  expect(switches('{address: 10.77.0.1/24, mode: isolated}')).toEqual([]);
});
