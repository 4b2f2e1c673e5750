import { afterEach, expect, it } from 'vitest';
import type { Machine } from '../support/machine.js';
import { bare, kvmGuest } from './specs.js';

const root = '/sys/fs/cgroup';
const placement = { isolation: 'cgroup' };
const isolated = { cpu: { model: 'max', vcpus: 2 }, placement };

interface Status {
  readonly vcpus: readonly { readonly index: number; readonly threadId: number; readonly cpus: number[] }[];
  readonly threads: readonly { readonly name: string; readonly threadId: number; readonly cpus: number[] }[];
}

/** cpuset partitions on a machine whose cgroups are systemd's, with a kernel before 6.2. */
export function partitionTests(machine: () => Machine): void {
  afterEach(() => machine().vm('down', '--all', '--force'));

  const affinity = async (pid: number | string) =>
    (await machine().sh(`taskset -pc ${pid}`)).split(': ').at(-1);
  const nothingIsLeft = async () => {
    expect(
      await machine().sh(
        `ls -d ${root}/vm* ${root}/multiverse* /run/systemd/system/multiverse* /run/vm/iso || true`,
      ),
    ).toBe('');
    expect(await machine().read(`${root}/cgroup.subtree_control`)).not.toContain('cpuset');
    expect(await machine().read(`${root}/cpuset.cpus.effective`)).toBe('0-7');
  };

  it('gives a KVM guest two CPUs of its own, and gives them back', async () => {
    const spec = await machine().spec('iso', kvmGuest(isolated));
    const up = await machine().vm('up', spec, '--verify', '--wait', 'vm-guest: ready', '--timeout', '100s');
    expect({ code: up.code, stderr: up.code === 0 ? '' : up.stderr }).toEqual({ code: 0, stderr: '' });
    expect(await machine().read(`${root}/vm-iso/cpuset.cpus.partition`)).toBe('isolated');
    const { vcpus, threads } = await machine().json<Status>('status', 'iso');
    expect(vcpus.map(({ cpus }) => cpus)).toEqual([[1], [2]]);
    const inside = (await machine().read(`${root}/vm-iso/cgroup.threads`)).split('\n').map(Number);
    expect(inside.sort()).toEqual(vcpus.map(({ threadId }) => threadId).sort());
    const others = threads.filter(({ threadId }) => !inside.includes(threadId));
    expect(others.length).toBeGreaterThan(1);
    expect(others.flatMap(({ cpus }) => cpus)).toEqual(others.map(() => 0));
    expect(await machine().vm('down', 'iso')).toMatchObject({ code: 0 });
    await nothingIsLeft();
  });

  it('is kept when systemd reads its units again', async () => {
    const spec = await machine().spec('iso', bare(isolated));
    expect(await machine().vm('up', spec, '--paused')).toMatchObject({ code: 0 });
    await machine().sh('systemctl daemon-reload && systemd-run --quiet --scope --collect true');
    expect(await machine().read(`${root}/vm-iso/cpuset.cpus.partition`)).toBe('isolated');
    expect(await machine().vm('verify', 'iso')).toMatchObject({ code: 0 });
    expect(await machine().vm('down', 'iso', '--force')).toMatchObject({ code: 0 });
    await nothingIsLeft();
  });

  it('takes nobody else off the CPUs that he is pinned to', async () => {
    const other = await machine().spec('other', bare({ placement: { vcpus: '5' } }));
    expect(await machine().vm('up', other, '--paused')).toMatchObject({ code: 0 });
    const sleeper = await machine().sh('taskset -c 6 sleep 1000 >/dev/null 2>&1 & echo $!');
    const spec = await machine().spec('iso', bare(isolated));
    try {
      expect(await machine().vm('up', spec, '--paused')).toMatchObject({ code: 0 });
      expect(await affinity(sleeper)).toBe('6');
      expect(await machine().vm('verify', 'other')).toMatchObject({ code: 0 });
      expect(await machine().vm('down', 'iso', '--force')).toMatchObject({ code: 0 });
      expect(await affinity(sleeper)).toBe('6');
      expect(await machine().vm('verify', 'other')).toMatchObject({ code: 0 });
    } finally {
      await machine().sh(`kill ${sleeper}`);
    }
  });

  it('is given back after QEMU was killed, by the next command', async () => {
    const spec = await machine().spec('iso', bare(isolated));
    expect(await machine().vm('up', spec, '--paused')).toMatchObject({ code: 0 });
    await machine().sh('kill -9 $(cat /run/vm/iso/qemu.pid)');
    expect(await machine().json<object[]>('list')).toMatchObject([{ name: 'iso', state: 'crashed' }]);
    expect(await machine().vm('down', 'iso')).toMatchObject({ code: 0 });
    await nothingIsLeft();
  });

  it('is given back after vm was killed in the middle of up', async () => {
    const spec = await machine().spec('iso', bare(isolated));
    // As soon as the group is there: QEMU has not started yet.
    await machine().sh(
      `cd /root; node /opt/vm/dist/cli/vm.cjs up ${spec} >/dev/null 2>&1 & pid=$!; until [ -e ${root}/vm-iso ]; do :; done; kill -9 $pid`,
    );
    expect(await machine().json<object[]>('list')).toEqual([]);
    await nothingIsLeft();
  });
}
