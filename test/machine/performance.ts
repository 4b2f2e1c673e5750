import { afterEach, expect, it } from 'vitest';
import type { Machine } from '../support/machine.js';
import { kvmGuest, type Verdict } from './specs.js';

const pages = '/sys/devices/system/node/node*/hugepages/hugepages-2048kB';
const card = '0000:04:00.0';

/** All that is promised for speed, in one VM. */
export function performanceTests(machine: () => Machine): void {
  afterEach(() => machine().clear());

  it('is kept together: isolation, real time, huge pages of a node, vhost, VFIO behind a vIOMMU', async () => {
    await machine().sh('ip link add br0 type bridge && ip link set br0 up');
    const spec = kvmGuest({
      profile: 'performance',
      cpu: { model: 'max', vcpus: 4 },
      memory: { size: '512MiB', hugepages: '2MiB' },
      placement: { vcpus: 'strict', isolation: 'cgroup', interrupts: 'away', scheduler: { policy: 'fifo' } },
      hostDevices: [{ pci: card }],
      iommu: { model: 'intel' },
      networks: [{ type: 'bridge', bridge: 'br0', queues: 2 }],
      disks: [{ source: 'disk.raw', size: '16MiB', ioThread: 0 }],
      vsock: { cid: 77 },
    });
    await machine().does(
      'up',
      await machine().spec('fast', spec),
      '--wait',
      'vm-guest: ready',
      '--timeout',
      '150s',
    );
    const { checks } = await machine().json<Verdict>('verify', 'fast');
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
    const kept = checks.filter(({ status }) => status === 'pass').map(({ id }) => id);
    expect(kept).toEqual(
      expect.arrayContaining([
        ...['vcpu.3.affinity', 'vcpu.3.scheduler', 'vcpu.3.partition', 'ioThread.0.affinity'],
        ...['partition.state', 'interrupts.host', `interrupts.${card}`],
        ...['memory.0.nodes', 'memory.0.hugepages', 'memory.locked'],
      ]),
    );
    // One a queue, and one of vsock.
    expect(kept.filter((id) => id.startsWith('vhost.'))).toHaveLength(3);

    // And as the kernel has it: the second node is the one with four free cores.
    expect(await machine().read('/sys/fs/cgroup/vm-fast/cpuset.cpus')).toBe('4-7');
    const workers = 'grep -h Cpus_allowed_list $(grep -l "^Name:.vhost-" /proc/[0-9]*/status)';
    expect(new Set((await machine().sh(workers)).match(/\d+/g))).toEqual(new Set(['0']));
    expect(await machine().sh(`cat ${pages}/nr_hugepages ${pages}/free_hugepages`)).toBe('0\n256\n0\n0');
    const policies = 'for task in /proc/$(cat /run/vm/fast/qemu.pid)/task/*; do chrt -p ${task##*/}; done';
    expect((await machine().sh(policies)).match(/SCHED_FIFO/g)).toHaveLength(4);

    await machine().does('down', 'fast');
    expect(await machine().sh(`cat ${pages}/nr_hugepages`)).toBe('0\n0');
    expect(await machine().sh('ls /sys/class/net/br0/brif')).toBe('');
    await machine().sh('ip link delete br0; rm /root/disk.raw');
  });
}
