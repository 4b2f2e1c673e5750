import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { readCgroups } from '../../src/host/cgroups.js';
import { kernelFiles } from '../../src/host/kernel-files.js';
import { openRoot } from '../../src/host/root.js';
import type { LimitsGroup } from '../../src/plan/cgroup/facts.js';
import { refuseTakenGroup } from '../../src/runtime/cgroup-files.js';
import {
  enterLimits,
  giveBackLimits,
  inScope,
  scopeVariables,
  takeLimits,
} from '../../src/runtime/limits.js';
import { FakeCgroup } from '../support/fake-cgroup.js';
import { skipBecause } from '../support/skip.js';

const root = '/sys/fs/cgroup';

function limits(name: string): LimitsGroup {
  return {
    root,
    slice: `${root}/vm.slice`,
    group: `${root}/vm.slice/${name}`,
    controllers: ['cpu', 'memory'],
    enables: ['cpu'],
    holder: null,
    settings: [
      { file: 'cpu.max', value: '150000 100000' },
      { file: 'memory.max', value: '2147483648' },
    ],
  };
}

const host = () =>
  new FakeCgroup({
    enabled: ['memory'],
    processes: [{ group: 'user.slice/session-1.scope', threads: [100, 101] }],
  });

describe('a VM with limits', () => {
  it('has a group of its own, made from the top down, that QEMU goes into', () => {
    const files = host();
    takeLimits(limits('db'), files);
    enterLimits({ kind: 'group', ...limits('db') }, [100], files);
    expect(files.journal).toEqual([
      'cgroup.subtree_control: +cpu',
      'mkdir vm.slice',
      'vm.slice/cgroup.subtree_control: +cpu',
      'vm.slice/cgroup.subtree_control: +memory',
      'mkdir vm.slice/db',
      'vm.slice/db/cpu.max: 150000 100000',
      'vm.slice/db/memory.max: 2147483648',
      'vm.slice/db/cgroup.procs: 100',
    ]);
    expect(files.text(`${root}/vm.slice/db/cgroup.threads`)).toBe('100\n101\n');
  });

  it('is confined to nodes before it has memory, and cpuset is given back with it', () => {
    const files = host();
    const confined: LimitsGroup = {
      ...limits('db'),
      controllers: ['cpuset'],
      enables: ['cpuset'],
      settings: [{ file: 'cpuset.mems', value: '0-1' }],
    };
    takeLimits(confined, files);
    enterLimits({ kind: 'group', ...confined }, [100], files);
    expect(files.journal).toEqual([
      'cgroup.subtree_control: +cpuset',
      'mkdir vm.slice',
      'vm.slice/cgroup.subtree_control: +cpuset',
      'mkdir vm.slice/db',
      'vm.slice/db/cpuset.mems: 0-1',
      'vm.slice/db/cgroup.procs: 100',
    ]);
    files.end(100);
    files.journal.length = 0;
    giveBackLimits(confined, [], files);
    expect(files.journal).toEqual(['rmdir vm.slice/db', 'rmdir vm.slice', 'cgroup.subtree_control: -cpuset']);
  });

  it('has the processes beside QEMU in it too, but for one that has ended', () => {
    const files = new FakeCgroup({
      enabled: ['memory'],
      processes: [
        { group: 'user.slice', threads: [100] },
        { group: 'user.slice', threads: [200, 201] },
      ],
    });
    takeLimits(limits('db'), files);
    enterLimits({ kind: 'group', ...limits('db') }, [100, 300, 200], files);
    expect(files.text(`${root}/vm.slice/db/cgroup.procs`)).toBe('100\n200\n');
    const gone = { ...limits('db'), group: `${root}/vm.slice/nobody` };
    expect(() => enterLimits({ kind: 'group', ...gone }, [100], files)).toThrow(
      /can't write 100 to .*ENOENT/,
    );
  });

  it('gives everything back, what is shared with the last', () => {
    const files = host();
    takeLimits(limits('db'), files);
    takeLimits(limits('web'), files);
    files.journal.length = 0;
    giveBackLimits(limits('db'), ['cpu'], files);
    giveBackLimits(limits('web'), [], files);
    giveBackLimits(limits('web'), [], files);
    expect(files.journal).toEqual([
      'rmdir vm.slice/db',
      'rmdir vm.slice/web',
      'rmdir vm.slice',
      'cgroup.subtree_control: -cpu',
    ]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6])('is undone after a launch that was killed before step %i', (count) => {
    const files = host();
    const write = files.write.bind(files);
    files.write = (path, text) => {
      if (files.journal.length >= count) throw new Error('killed');
      write(path, text);
    };
    expect(() => takeLimits(limits('db'), files)).toThrow('killed');
    files.write = write;
    giveBackLimits(limits('db'), [], files);
    expect(files.names(root)).toEqual(['user.slice']);
    expect(files.text(`${root}/cgroup.subtree_control`)).toBe('memory\n');
  });

  it('leaves a controller on that somebody has begun to use', () => {
    const files = host();
    takeLimits(limits('db'), files);
    files.write(`${root}/user.slice/cpu.weight`, '50');
    giveBackLimits(limits('db'), [], files);
    expect(files.text(`${root}/cgroup.subtree_control`)).toBe('memory cpu\n');
  });

  it('is refused where there is such a group, before anything is done', () => {
    const files = host();
    refuseTakenGroup(limits('db'), files);
    takeLimits(limits('db'), files);
    expect(() => refuseTakenGroup(limits('db'), files)).toThrow(/which no VM is known to have/);
  });
});

it("is run by systemd, or the user's own, as a scope", () => {
  const scope = { kind: 'scope', unit: 'vm-db.scope', user: false, properties: ['CPUQuota=50%'] } as const;
  expect(inScope(['qemu', '-S'], scope)).toEqual([
    'systemd-run',
    '--scope',
    '--quiet',
    '--collect',
    '--unit=vm-db.scope',
    '--property=CPUQuota=50%',
    '--',
    'qemu',
    '-S',
  ]);
  expect(inScope(['qemu'], { ...scope, user: true }).slice(0, 3)).toEqual([
    'systemd-run',
    '--user',
    '--scope',
  ]);
  expect(scopeVariables(scope)).toEqual([]);
  expect(scopeVariables({ ...scope, user: true })).toContain('XDG_RUNTIME_DIR');
  expect(inScope(['qemu'], null)).toEqual(['qemu']);
});

const cgroups = readCgroups(openRoot());
const real = cgroups !== null && 'mount' in cgroups && cgroups.whole ? cgroups : undefined;
const settings: Readonly<Record<string, [file: string, value: string]>> = {
  hugetlb: ['hugetlb.2MB.max', '4194304'],
  pids: ['pids.max', '50'],
};
const controller = Object.keys(settings).find((name) => real?.controllers.includes(name));
const lacking =
  process.getuid?.() !== 0
    ? 'only root may make cgroups'
    : real === undefined || controller === undefined
      ? 'cgroup v2 has no controller here that can be tried'
      : undefined;

describe('in a real cgroup', () => {
  skipBecause(lacking);
  const child = lacking === undefined ? spawn('sleep', ['60']) : undefined;
  const [file, value] = settings[controller ?? ''] ?? ['', ''];
  const mount = real?.mount ?? '';
  const slice = `${mount}/vmtest${process.pid}.slice`;
  const plan: LimitsGroup = {
    root: mount,
    slice,
    group: `${slice}/db`,
    controllers: [controller ?? ''],
    enables: real?.enabled.includes(controller ?? '') === true ? [] : [controller ?? ''],
    holder: null,
    settings: [{ file, value }],
  };
  afterEach(async () => {
    if (child?.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    }
    if (lacking === undefined) giveBackLimits(plan, [], kernelFiles);
  });

  it('holds the process, and is gone after', async () => {
    takeLimits(plan, kernelFiles);
    expect(readFileSync(`${plan.group}/${file}`, 'utf8').trim()).toBe(value);
    const pid = child?.pid ?? 0;
    enterLimits({ kind: 'group', ...plan }, [pid]);
    expect(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).toContain(plan.group.slice(mount.length));
    expect(() => giveBackLimits(plan, [], kernelFiles)).toThrow(/EBUSY/);
    child?.kill('SIGKILL');
    await new Promise((resolve) => child?.once('exit', resolve));
    giveBackLimits(plan, [], kernelFiles);
    expect(existsSync(slice)).toBe(false);
    expect(readFileSync(`${mount}/cgroup.subtree_control`, 'utf8').trim().split(' ').filter(Boolean)).toEqual(
      real?.enabled,
    );
  });
});
