import { afterEach, expect, it } from 'vitest';
import type { Machine } from '../support/machine.js';
import { kvmGuest, type Verdict } from './specs.js';

const pages = '/sys/devices/system/node/node*/hugepages/hugepages-2048kB';

/** vhost workers, and memory in huge pages of one node. */
export function networkTests(machine: () => Machine): void {
  afterEach(() => machine().clear());

  it('pins the workers of vhost-net and vhost-vsock, and takes huge pages of the second node', async () => {
    await machine().sh('ip link add br0 type bridge && ip link set br0 up');
    const spec = kvmGuest({
      memory: { size: '256MiB', hugepages: '2MiB' },
      networks: [{ type: 'bridge', bridge: 'br0' }],
      placement: { vcpus: '5-6', vhost: '7', emulator: '4' },
      vsock: { cid: 77 },
    });
    await machine().does(
      'up',
      await machine().spec('net', spec),
      '--wait',
      'vm-guest: ready',
      '--timeout',
      '100s',
    );
    const { checks } = await machine().json<Verdict>('verify', 'net');
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
    const workers = checks.filter(({ id }) => id.startsWith('vhost.')).map(({ status }) => status);
    // One a queue, and one of vsock.
    expect(workers).toEqual(['pass', 'pass', 'pass']);
    const kernel = 'grep -h Cpus_allowed_list $(grep -l "^Name:.vhost-" /proc/[0-9]*/status)';
    expect(new Set((await machine().sh(kernel)).match(/\d+/g))).toEqual(new Set(['7']));
    expect(await machine().sh(`cat ${pages}/nr_hugepages ${pages}/free_hugepages`)).toBe('0\n128\n0\n0');
    expect(await machine().sh('ls /sys/class/net/br0/brif')).not.toBe('');

    await machine().does('down', 'net');
    expect(await machine().sh(`cat ${pages}/nr_hugepages`)).toBe('0\n0');
    expect(await machine().sh('ls /sys/class/net/br0/brif')).toBe('');
    await machine().sh('ip link delete br0');
  });
}
