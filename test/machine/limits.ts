import { afterEach, expect, it } from 'vitest';
import type { Machine } from '../support/machine.js';
import { bare } from './specs.js';

const root = '/sys/fs/cgroup';
const limits = {
  cpuQuota: 50,
  cpuWeight: 200,
  memoryMax: '256MiB',
  memoryHigh: '200MiB',
  swapMax: '1MiB',
  ioWeight: 50,
};

/** What the kernel shows of them. */
const wanted = {
  'cpu.max': '50000 100000',
  'cpu.weight': '200',
  'memory.max': String(256 << 20),
  'memory.high': String(200 << 20),
  'memory.swap.max': String(1 << 20),
  'io.weight': 'default 50',
};

/** Limits in a cgroup of our own and in a scope of systemd's. */
export function limitsTests(machine: () => Machine): void {
  afterEach(() => machine().clear());

  const found = async (group: string) => {
    const files = Object.keys(wanted).map((file) => `${root}/${group}/${file}`);
    const lines = (await machine().sh(`cat ${files.join(' ')}`)).split('\n');
    return Object.fromEntries(Object.keys(wanted).map((file, index) => [file, lines[index]]));
  };
  const groupOf = (name: string) => machine().sh(`cat /proc/$(cat /run/vm/${name}/qemu.pid)/cgroup`);

  it('hold QEMU, through a reload of systemd, and go with it', async () => {
    const own = await machine().spec('own', bare({ limits }));
    const scope = await machine().spec('scope', bare({ limits: { ...limits, cgroup: 'systemd' } }));
    await machine().does('up', own, scope, '--paused');
    expect(await groupOf('own')).toBe('0::/vm.slice/own');
    expect(await groupOf('scope')).toBe('0::/system.slice/vm-scope.scope');
    await machine().sh('systemctl daemon-reload');
    expect(await found('vm.slice/own')).toEqual(wanted);
    expect(await found('system.slice/vm-scope.scope')).toEqual(wanted);
    await machine().does('verify', 'own');
    await machine().does('verify', 'scope');
    await machine().sh('kill -9 $(cat /run/vm/own/qemu.pid)');
    await machine().does('down', 'own', 'scope', '--force');
    const left = `${root}/vm.slice ${root}/multiverse* ${root}/system.slice/vm-* /run/systemd/system/multiverse*`;
    expect(await machine().sh(`ls -d ${left} 2>/dev/null || true`)).toBe('');
  });
}
