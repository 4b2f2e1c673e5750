import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openRoot } from '../../../src/host/root.js';
import { loadBetween } from '../../../src/runtime/top/rates.js';
import { idOf, sampleVm, type VmSample } from '../../../src/runtime/top/sample.js';
import { plan } from '../../support/planning.js';

const vcpu = { vcpu: 0, threadId: 100, ran: 10, waited: 1, migrations: 5, switches: 100 };
const disk = { id: 'disk0', readBytes: 1000, writtenBytes: 0, reads: 10, writes: 0 };
const tap = { interface: 'tap0', receivedBytes: 500, sentBytes: 50 };
const before: VmSample = {
  name: 'web',
  pid: 7,
  at: 100,
  vcpus: [vcpu],
  disks: [disk],
  networks: [tap],
  residentBytes: 4096,
  hugepageBytes: 0,
};

describe('the load between two samples', () => {
  it('is what grew, a second', () => {
    const after: VmSample = {
      ...before,
      at: 102,
      vcpus: [{ ...vcpu, ran: 11, waited: 1.5, migrations: 9, switches: 300 }],
      disks: [{ ...disk, readBytes: 5000, reads: 14 }],
      networks: [{ ...tap, sentBytes: 250 }],
      residentBytes: 8192,
    };
    expect(loadBetween(before, after, 0.6)).toEqual({
      name: 'web',
      pid: 7,
      cpu: 0.6,
      delay: 0.25,
      memory: 8192,
      hugepages: 0,
      vcpus: [{ vcpu: 0, threadId: 100, cpu: 0.5, delay: 0.25, migrations: 2, switches: 100 }],
      disks: [{ id: 'disk0', readBytes: 2000, writtenBytes: 0, reads: 2, writes: 0 }],
      networks: [{ interface: 'tap0', receivedBytes: 0, sentBytes: 100 }],
    });
  });

  it('is nothing for what is new, went back to 0, or can not be told', () => {
    const after: VmSample = {
      ...before,
      at: 101,
      vcpus: [
        { ...vcpu, migrations: null, switches: 0 },
        { ...vcpu, vcpu: 1, threadId: 101 },
      ],
      disks: null,
      networks: [{ ...tap, interface: 'tap1' }],
    };
    const load = loadBetween(before, after, 0);
    expect(load.vcpus).toEqual([{ vcpu: 0, threadId: 100, cpu: 0, delay: 0, migrations: null, switches: 0 }]);
    expect(load.disks).toBeNull();
    expect(load.networks).toEqual([{ interface: 'tap1', receivedBytes: 0, sentBytes: 0 }]);
  });
});

describe('a sample', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vm-top-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  it('has huge pages and interfaces, and does without a QEMU that does not answer', async () => {
    write('/proc/999999999/status', 'VmRSS:\t    1024 kB\nHugetlbPages:\t    2048 kB\n');
    write('/sys/class/net/tap7/statistics/tx_bytes', '300\n');
    write('/sys/class/net/tap7/statistics/rx_bytes', '20\n');
    const sample = await sampleVm(openRoot(folder), 'web', 999_999_999, {
      ...plan('cpu: {vcpus: 1}\n'),
      taps: [{ device: 'tap7', bridge: null, multiQueue: false, mtu: null, isolated: false }],
    });
    expect(sample).toMatchObject({
      vcpus: [],
      disks: null,
      networks: [{ interface: 'tap7', receivedBytes: 300, sentBytes: 20 }],
      residentBytes: 3 * 1024 ** 2,
      hugepageBytes: 2 * 1024 ** 2,
    });
  });

  it.each([
    ['/machine/peripheral/disk0/virtio-backend', 'disk0'],
    ['/machine/peripheral/cd', 'cd'],
    ['/machine/unattached/device[3]', undefined],
    [undefined, undefined],
  ])('names the disk of %s', (path, id) => expect(idOf(path)).toBe(id));
});
