import { afterEach, expect, it } from 'vitest';
import type { Machine } from '../support/machine.js';
import { bare, kvmGuest, type Status } from './specs.js';

const root = '/sys/fs/cgroup';
const isolated = { cpu: { model: 'max', vcpus: 2 }, placement: { isolation: 'cgroup' } };

/** cpuset partitions on a machine whose cgroups are systemd's, with a kernel before 6.2. */
export function partitionTests(machine: () => Machine): void {
  afterEach(() => machine().clear());

  const affinity = async (pid: string) => (await machine().sh(`taskset -pc ${pid}`)).split(': ').at(-1);
  const nothingIsLeft = async () => {
    const paths = `${root}/vm* ${root}/multiverse* /run/systemd/system/multiverse* /run/vm/iso`;
    expect(await machine().sh(`ls -d ${paths} 2>/dev/null || true`)).toBe('');
    expect(await machine().read(`${root}/cgroup.subtree_control`)).not.toContain('cpuset');
    expect(await machine().read(`${root}/cpuset.cpus.effective`)).toBe('0-7');
  };

  it('gives a KVM guest CPUs of its own, through a reload of systemd, and takes nobody off his', async () => {
    await machine().does(
      'up',
      await machine().spec('other', bare({ placement: { vcpus: '5' } })),
      '--paused',
    );
    const sleeper = await machine().sh('taskset -c 6 sleep 1000 >/dev/null 2>&1 & echo $!');
    const spec = await machine().spec('iso', kvmGuest(isolated));
    await machine().does('up', spec, '--verify', '--wait', 'vm-guest: ready', '--timeout', '100s');
    const { vcpus, threads } = await machine().json<Status>('status', 'iso');
    expect(vcpus.map(({ cpus }) => cpus)).toEqual([[1], [2]]);
    const inside = (await machine().read(`${root}/vm-iso/cgroup.threads`)).split('\n').map(Number);
    expect(new Set(inside)).toEqual(new Set(vcpus.map(({ threadId }) => threadId)));
    const others = threads.filter(({ threadId }) => !inside.includes(threadId));
    expect(others.length).toBeGreaterThan(1);
    expect(others.flatMap(({ cpus }) => cpus)).toEqual(others.map(() => 0));

    await machine().sh('systemctl daemon-reload && systemd-run --quiet --scope --collect true');
    expect(await machine().read(`${root}/vm-iso/cpuset.cpus.partition`)).toBe('isolated');
    await machine().does('verify', 'iso');
    await machine().does('verify', 'other');
    expect(await affinity(sleeper)).toBe('6');

    await machine().does('down', 'iso');
    await nothingIsLeft();
    await machine().does('verify', 'other');
    expect(await affinity(sleeper)).toBe('6');
    await machine().sh(`kill ${sleeper}`);
    await machine().does('down', 'other', '--force');
  });

  it('goes along with vm place, and is given back after QEMU was killed', async () => {
    await machine().does('up', await machine().spec('iso', bare(isolated)), '--paused');
    await machine().does('place', 'iso', '--vcpus', '2-3');
    expect(await machine().read(`${root}/vm-iso/cpuset.cpus.partition`)).toBe('isolated');
    expect(await machine().read(`${root}/cpuset.cpus.effective`)).toBe('0-1,4-7');
    await machine().does('verify', 'iso');
    await machine().sh('kill -9 $(cat /run/vm/iso/qemu.pid)');
    expect(await machine().json<object[]>('list')).toMatchObject([{ name: 'iso', state: 'crashed' }]);
    await machine().does('down', 'iso');
    await nothingIsLeft();
  });

  it('is given back after vm was killed in the middle of up, by the next command', async () => {
    const spec = await machine().spec('iso', bare(isolated));
    // As soon as the group is there: QEMU has not started yet.
    await machine().killed(['up', spec], `[ -e ${root}/vm-iso ]`);
    expect(await machine().json<object[]>('list')).toEqual([]);
    await nothingIsLeft();
  });
}
