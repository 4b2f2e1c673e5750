/** The verbs `vm host check`, `tune` and `revert` as a user runs them, on a folder. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HostCheck } from '../../../src/index.js';
import { FakeRoot, notesRoot } from '../../support/fake-root.js';
import { makeWorld, type World } from '../support/run-vm.js';

let world: World;
let root: FakeRoot;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.remove());
beforeEach(() => {
  root = notesRoot();
});
afterEach(() => root.dispose());

const host = (...args: string[]) => world.vm(['host', ...args, '--sysroot', root.path]);

/** Writable files can be had as root whatever their mode; as nobody they can not. */
function asNobody(...args: string[]) {
  const drop = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  const state = new FakeRoot();
  chmodSync(state.path, 0o777);
  chmodSync(root.path, 0o755);
  const env = { ...world.env, VM_STATE_DIR: join(state.path, 's'), VM_RUNTIME_DIR: join(state.path, 'r') };
  chmodSync(join(world.bin, '..'), 0o755);
  const node = [process.execPath, join(world.bin, 'vm.cjs'), 'host', ...args, '--sysroot', root.path];
  const { status, stdout, stderr } = spawnSync('setpriv', [...drop, '--', ...node], {
    env,
    cwd: '/',
    encoding: 'utf8',
  });
  state.dispose();
  return { code: status, stdout, stderr };
}

function setModes(mode: number, under = root.path): void {
  for (const entry of readdirSync(under, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), mode);
}

describe('vm host check', () => {
  it('exits with 1 where something failed, with --strict where something warned', () => {
    expect(host('check').code).toBe(1);
    root.write({ 'sys/kernel/mm/ksm/run': '0\n' });
    expect(host('check').code).toBe(0);
    expect(host('check', '--strict').code).toBe(1);
  });

  it('prints groups with what was found, what is wanted and what to do', () => {
    const { stdout, stderr } = host('check');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^CPU\n {2}ok {4}cpu\.frequency-driver /);
    expect(stdout).toMatch(
      /^ {2}warn {2}cpu\.governor +powersave on 0-19; wanted: performance on every CPU\n {8}vm host tune --only cpu\.governor$/m,
    );
    expect(stdout).toMatch(/^ {2}fail {2}memory\.ksm +on; wanted: off$/m);
    expect(stdout).toMatch(/\n\n\d+ ok, \d+ notes, \d+ warnings, 1 failures\n$/);
  });

  it('gives as JSON what scripts ask for', () => {
    const { checks } = JSON.parse(host('check', '--format', 'json').stdout) as { checks: HostCheck[] };
    for (const check of checks)
      expect(Object.keys(check)).toEqual(['id', 'group', 'status', 'found', 'wanted', 'advice']);
    const ids = checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const word of [
      'governor',
      'ksm',
      'hugepages',
      'transparent',
      'iommu',
      'nested',
      'isolcpus',
      'vhost',
      'resctrl',
    ])
      expect(ids.some((id) => id.includes(word))).toBe(true);
    expect(ids).toEqual(
      expect.arrayContaining([
        'kernel.perf_event_max_sample_rate',
        'kernel.perf_cpu_time_max_percent',
        'vm.swappiness',
      ]),
    );
  });

  it('needs no root, and tells what it cannot read', ({ skip }) => {
    skip(process.getuid?.() !== 0, 'only root can become nobody');
    setModes(0o000, join(root.path, 'sys/kernel'));
    const { code, stdout, stderr } = asNobody('check', '--format', 'json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { checks } = JSON.parse(stdout) as { checks: HostCheck[] };
    for (const id of [
      'memory.ksm',
      'memory.transparent',
      'memory.transparent-defrag',
      'memory.transparent-khugepaged',
    ])
      expect(checks.find((one) => one.id === id)).toMatchObject({ status: 'note', found: 'can not be read' });
  });
});

describe('vm host tune', () => {
  it('shows each change as from → to, and what only a boot changes', () => {
    const { code, stdout, stderr } = host(
      'tune',
      '--only',
      'swappiness,isolcpus',
      '--only',
      'iommu.groups',
      '--persist',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('vm.swappiness  /proc/sys/vm/swappiness  60 → 10\n');
    expect(stdout).toContain('iommu.groups  /etc/default/grub.d/multiverse.cfg  absent → written\n');
    expect(stderr).toContain(
      'iommu.groups: holds after the next boot: intel_iommu=on on the kernel command line\n',
    );
    expect(stderr).toContain('For the boot loader to take it: update-grub\n');
    const reverted = host('revert');
    expect(reverted).toMatchObject({ code: 0, stderr: '' });
    expect(reverted.stdout).toContain('/proc/sys/vm/swappiness  10 → 60\n');
    expect(host('revert')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'Nothing was changed that could be put back.\n',
    });
  });

  it('of files that nobody may write changes nothing, and says so of each', ({ skip }) => {
    skip(process.getuid?.() !== 0, 'only root can become nobody');
    const before = root.snapshot();
    setModes(0o444);
    const { code, stderr } = asNobody('tune');
    expect(code).toBe(3);
    expect(root.snapshot()).toEqual(before);
    for (const id of [
      'cpu.governor',
      'memory.ksm',
      'memory.transparent',
      'vm.swappiness',
      'kernel.nmi_watchdog',
    ])
      expect(stderr).toMatch(new RegExp(`^vm: warning: ${id}: .* can't be set to .*: EACCES`, 'm'));
  });

  it('of this machine is for root', ({ skip }) => {
    skip(process.getuid?.() !== 0, 'only root can become nobody');
    root.dispose();
    const { code, stderr } = spawnResult('tune');
    expect(code).toBe(3);
    expect(stderr).toContain('vm host tune changes this machine: only root may');
    expect(spawnResult('revert').code).toBe(3);
  });
});

/** Runs a verb that is killed right before one of its writes. @returns false if it has no such write: it came to its end. */
function killedAt(write: number, ...args: string[]): boolean {
  const preload = resolve(import.meta.dirname, '../../support/kill-at-write.cjs');
  const { code } = world.vm(['host', ...args, '--sysroot', root.path], {
    env: { NODE_OPTIONS: `--require ${preload}`, KILL_AT: `${write}`, KILL_BELOW: tmpdir() },
  });
  if (code !== null) expect(code).toBe(0);
  return code === null;
}

describe('kill -9 before any write', () => {
  const tune = ['tune', '--persist', '--only', 'perf_,memory.ksm'];
  const journals = () =>
    readdirSync(join(world.env.VM_STATE_DIR ?? '', 'host')).filter((name) => /json/.test(name));

  it('of tune is put back by revert', () => {
    const before = root.snapshot();
    let write = 1;
    for (; killedAt(write, ...tune); write++) {
      expect({ write, code: host('revert').code }).toEqual({ write, code: 0 });
      expect({ write, tree: root.snapshot() }).toEqual({ write, tree: before });
    }
    // The journal, five values each with a draft, two files each with its folder.
    expect(write).toBeGreaterThan(15);
    expect(host('revert').code).toBe(0);
    expect(root.snapshot()).toEqual(before);
    expect(journals().filter((name) => !name.endsWith('.new'))).toEqual([]);
  }, 120_000);

  it('of revert is finished by the next one', () => {
    const before = root.snapshot();
    let write = 1;
    for (let killed = true; killed; write++) {
      expect(host(...tune).code).toBe(0);
      killed = killedAt(write, 'revert');
      expect({ write, code: host('revert').code }).toEqual({ write, code: 0 });
      expect({ write, tree: root.snapshot() }).toEqual({ write, tree: before });
    }
    expect(write).toBeGreaterThan(12);
  }, 120_000);
});

describe('a journal that is damaged', () => {
  it('is believed by neither, nothing is changed, and the way out is told', () => {
    const before = root.snapshot();
    expect(host('tune', '--only', 'memory.ksm').code).toBe(0);
    const folder = join(world.env.VM_STATE_DIR ?? '', 'host');
    const [name = ''] = readdirSync(folder).filter((entry) => entry.endsWith('journal.json'));
    const text = readFileSync(join(folder, name), 'utf8');
    writeFileSync(join(folder, name), text.slice(0, -9));
    const tuned = root.snapshot();
    for (const verb of [['revert'], ['tune'], ['tune', '--persist']]) {
      const { code, stderr } = host(...verb);
      expect({ verb, code }).toEqual({ verb, code: 6 });
      expect(stderr).toContain('is no journal of this version of vm');
      expect(stderr).toContain('put that back by hand, then remove the file');
      expect(root.snapshot()).toEqual(tuned);
    }
    writeFileSync(join(folder, name), text);
    expect(host('revert').code).toBe(0);
    expect(root.snapshot()).toEqual(before);
  });
});

it('what somebody else changed since tune is put back, and said', () => {
  expect(host('tune', '--only', 'vm.swappiness').code).toBe(0);
  root.write({ 'proc/sys/vm/swappiness': '33\n' });
  expect(host('revert')).toEqual({
    code: 0,
    stdout: expect.stringContaining('/proc/sys/vm/swappiness  33 → 60\n') as string,
    stderr:
      'vm: warning: /proc/sys/vm/swappiness was changed by somebody else since, to 33: it is 60 again, as before\n',
  });
});

function spawnResult(verb: string) {
  const drop = ['--reuid=65534', '--regid=65534', '--clear-groups', '--'];
  const { status, stderr } = spawnSync(
    'setpriv',
    [...drop, process.execPath, join(world.bin, 'vm.cjs'), 'host', verb],
    {
      env: { ...world.env, VM_STATE_DIR: '/tmp/nobody-state' },
      cwd: '/',
      encoding: 'utf8',
    },
  );
  return { code: status, stderr };
}
