import { afterEach, expect, it } from 'vitest';
import { type Machine, vmCommand } from '../support/machine.js';
import { bare } from './specs.js';

interface Checks {
  readonly checks: readonly { readonly id: string; readonly status: string; readonly found: string }[];
}

const files = [
  '/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages',
  '/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages',
  '/proc/sys/kernel/numa_balancing',
  '/proc/sys/vm/swappiness',
  '/proc/sys/kernel/perf_event_max_sample_rate',
  '/proc/sys/kernel/perf_cpu_time_max_percent',
];

/** `vm host` where there is an IOMMU, a KVM that can be loaded anew, and two nodes; and a user who is not root. */
export function hostTests(machine: () => Machine): void {
  afterEach(() => machine().clear());

  const values = async () => (await machine().sh(`cat ${files.join(' ')}`)).split('\n');

  it('judges it, makes it right for a spec, and puts back what was there', async () => {
    const before = await values();
    await machine().sh('modprobe -r kvm_amd && modprobe kvm_amd nested=0');
    const spec = await machine().spec(
      'tuned',
      bare({
        cpu: { model: 'max', vcpus: 2 },
        memory: { size: '64MiB', hugepages: '2MiB' },
        placement: { vcpus: '5-6' },
      }),
    );
    const { checks } = await machine().json<Checks>('host', 'check', spec);
    const found = (id: string) => {
      const one = checks.find((check) => check.id === id);
      return `${one?.status}: ${one?.found}`;
    };
    expect(found('kvm.nested')).toBe('warn: kvm_amd: off');
    expect(found('iommu.firmware')).toBe('ok: DMAR');
    expect(found('iommu.passthrough')).toBe('ok: iommu=pt');
    expect(found('iommu.interrupt-remapping')).toBe('ok: on');
    expect(found('cgroup.cpuset')).toBe('ok: cpuset at /sys/fs/cgroup');
    expect(found('memory.hugepages-2M')).toBe('fail: 0 of 0 free on node 0, 0 of 0 free on node 1');
    expect(found('access.kvm')).toBe('ok: opens');
    await machine().sh('modprobe -r kvm_amd && modprobe kvm_amd');

    const said = (await machine().vm('host', 'tune', spec)).stderr;
    expect(said).toContain('isolcpus=5,6');
    expect(await values()).toEqual(['0', '32', '0', '10', '146500', '0']);
    await machine().does('host', 'revert');
    expect(await values()).toEqual(before);
  });

  it("lets QEMU's helper make the tap of a user who may not", async () => {
    await machine().sh('ip link add br0 type bridge && ip link set br0 up && chmod 666 /dev/net/tun');
    await machine().sh(
      'mkdir -p -m 755 /etc/qemu && echo allow br0 >/etc/qemu/bridge.conf && chmod 644 /etc/qemu/bridge.conf',
    );
    await machine().sh(
      'chmod u+s /usr/lib/qemu/qemu-bridge-helper && install -d -m 700 -o 1000 /home/user /home/user/run',
    );
    const network = { type: 'bridge', bridge: 'br0', helper: true };
    const spec = await machine().spec('net', {
      ...bare({ networks: [network], qemu: { sandbox: false } }),
      machine: { accelerator: 'tcg' },
    });
    await machine().sh(`install -o 1000 ${spec} /home/user/net.yaml`);
    const user =
      'HOME=/home/user XDG_RUNTIME_DIR=/home/user/run setpriv --reuid=1000 --regid=1000 --clear-groups';
    const as = async (...args: string[]) => {
      const command = vmCommand(...args).replace('cd /root && NO_COLOR=1', `cd /home/user && ${user}`);
      const { stdout, stderr } = await machine().run(command);
      return { stdout, stderr };
    };
    const up = await as('up', 'net.yaml', '--paused', '--verify');
    expect({ up, ports: await machine().sh('ls /sys/class/net/br0/brif') }).toEqual({ up, ports: 'tap0' });
    // What is root's, a user is told of.
    const { checks } = JSON.parse((await as('host', 'check', '--format', 'json')).stdout) as Checks;
    const access = Object.fromEntries(checks.map(({ id, status }) => [id, status]));
    expect([access['access.kvm'], access['access.vfio']]).toEqual(['fail', 'note']);
    await as('down', 'net', '--force');
    expect(await machine().sh('ls /sys/class/net/br0/brif')).toBe('');
    await machine().sh('ip link delete br0');
  });
}
