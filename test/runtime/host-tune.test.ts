/** The machine of the notes as a folder: from all wrong to all right, and back, file by file. */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hostCheck } from '../../src/runtime/host-check.js';
import { hostRevert } from '../../src/runtime/host-revert.js';
import { hostTune } from '../../src/runtime/host-tune.js';
import { type FakeRoot, notesRoot, poolFiles, thp } from '../support/fake-root.js';

let folder: string;
let root: FakeRoot;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vm-tune-'));
  vi.stubEnv('VM_RUNTIME_DIR', join(folder, 'run'));
  vi.stubEnv('VM_STATE_DIR', join(folder, 'state'));
  root = notesRoot();
});
afterEach(() => {
  root.dispose();
  rmSync(folder, { recursive: true });
});

const sysroot = () => ({ sysroot: root.path });
const journals = () =>
  readdirSync(join(folder, 'state/host')).filter((name) => name.endsWith('journal.json'));

/** A spec whose vCPUs have whole cores, and huge pages. */
function spec(name: string, more: object = {}): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(
    path,
    JSON.stringify({
      machine: { accelerator: 'kvm' },
      cpu: { vcpus: 4 },
      memory: { size: '4GiB', hugepages: '1GiB' },
      ...more,
    }),
  );
  return path;
}

const wrongIds = [
  'cpu.energy-preference',
  'cpu.governor',
  'cpu.min-frequency',
  'memory.ksm',
  'memory.transparent',
  'memory.transparent-defrag',
  'memory.transparent-khugepaged',
  'kvm.halt-polling',
  'kernel.perf_event_max_sample_rate',
  'kernel.perf_cpu_time_max_percent',
  'vm.swappiness',
  'vm.stat_interval',
  'kernel.nmi_watchdog',
  'kernel.soft_watchdog',
  'kernel.sched_min_granularity_ns',
  'kernel.sched_wakeup_granularity_ns',
  'kernel.sched_migration_cost_ns',
  'kernel.sched_autogroup_enabled',
];

const bad = (checks: Awaited<ReturnType<typeof hostCheck>>) =>
  checks.filter(({ status }) => status === 'warn' || status === 'fail').map(({ id }) => id);

describe('the machine of the notes', () => {
  it('goes from all wrong to all right, and back, file by file', async () => {
    const before = root.snapshot();
    expect(bad(await hostCheck(sysroot()))).toEqual(expect.arrayContaining(wrongIds));
    expect(root.snapshot()).toEqual(before);

    const { changes } = await hostTune(sysroot());
    expect(changes.filter(({ error }) => error !== null)).toEqual([]);
    expect(new Set(changes.map(({ id }) => id))).toEqual(new Set(wrongIds));
    expect(bad(await hostCheck(sysroot())).filter((id) => wrongIds.includes(id))).toEqual([]);
    const after = root.snapshot();
    const touched = Object.keys(after).filter((path) => after[path] !== before[path]);
    expect(touched.map((path) => `/${path}`).sort()).toEqual(changes.map(({ what }) => what).sort());
    expect(root.text('sys/devices/system/cpu/cpu19/cpufreq/scaling_governor')).toBe('performance\n');
    expect(root.text('sys/devices/system/cpu/cpu19/cpufreq/scaling_min_freq')).toBe('3300000\n');
    expect(root.text(`${thp}/enabled`)).toBe('always [madvise] never\n');
    expect(root.text('proc/sys/kernel/perf_event_max_sample_rate')).toBe('146500\n');
    expect(root.text('proc/sys/kernel/perf_cpu_time_max_percent')).toBe('0\n');

    const reverted = await hostRevert(sysroot());
    expect(reverted.every(({ outcome }) => outcome === 'reverted' || outcome === 'same')).toBe(true);
    expect(root.snapshot()).toEqual(before);
    expect(journals()).toEqual([]);
    expect(await hostRevert(sysroot())).toEqual([]);
  });

  it('is put back as it was first, however often it was tuned', async () => {
    const before = root.snapshot();
    await hostTune({ ...sysroot(), only: ['perf'] });
    await hostTune({ ...sysroot(), only: ['swappiness', 'ksm'], persist: true });
    await hostTune({ ...sysroot(), perfPercent: 100, persist: true });
    root.write({ 'proc/sys/vm/swappiness': '33\n' });
    await hostTune(sysroot());
    await hostRevert(sysroot());
    expect(root.snapshot()).toEqual(before);
  });

  it('is not touched by a dry run, which says the same as the run', async () => {
    const before = root.snapshot();
    const dry = await hostTune({ ...sysroot(), dryRun: true, persist: true });
    expect(root.snapshot()).toEqual(before);
    expect(dry.changes.some(({ done }) => done)).toBe(false);
    const real = await hostTune({ ...sysroot(), persist: true });
    expect(real.changes.map(({ done: _, ...change }) => change)).toEqual(
      dry.changes.map(({ done: _, ...change }) => change),
    );
    expect(real.files).toEqual(dry.files);
  });

  it('is tuned by parts of ids; an unknown one is refused with the nearest', async () => {
    const { changes } = await hostTune({ ...sysroot(), only: ['governor', 'vm.swappiness'], dryRun: true });
    expect(new Set(changes.map(({ id }) => id))).toEqual(new Set(['cpu.governor', 'vm.swappiness']));
    await expect(hostTune({ ...sysroot(), only: ['vm.swapines'] })).rejects.toMatchObject({
      code: 'usage.only',
      hint: 'Did you mean vm.swappiness?',
    });
  });

  it('has a journal that only we can read, beside the tree and not in it', async () => {
    await hostTune({ ...sysroot(), only: ['ksm'] });
    const [journal = ''] = journals();
    const path = join(folder, 'state/host', journal);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'state/host')).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      version: 1,
      undo: [{ kind: 'value', path: '/sys/kernel/mm/ksm/run', from: '1', to: '0' }],
    });
  });

  it('that another run works on is waited for: both are done', async () => {
    const before = root.snapshot();
    const results = await Promise.all([hostTune(sysroot()), hostTune({ ...sysroot(), persist: true })]);
    expect(results.flatMap(({ changes }) => changes).filter(({ error }) => error !== null)).toEqual([]);
    const made = results
      .flatMap(({ changes }) => changes.map(({ what }) => what))
      .filter((path) => !path.startsWith('/etc'));
    expect(new Set(made).size).toBe(made.length);
    await hostRevert(sysroot());
    expect(root.snapshot()).toEqual(before);
  });
});

describe('with specs', () => {
  it('isolates their CPUs in the order of the placement, and reserves their pages', async () => {
    const specs = [spec('one'), spec('two')];
    const checks = await hostCheck({ ...sysroot(), specs });
    const check = (id: string) => checks.find((one) => one.id === id);
    expect(check('isolcpus')).toMatchObject({ status: 'warn', wanted: '1,11,2,12,3,13,4,14' });
    expect(check('irqaffinity')?.wanted).toBe('0,5-10,15-19');
    expect(check('memory.hugepages-1G')).toMatchObject({ status: 'fail', wanted: '8 free on node 0' });
    expect(check('memory.hugepages-2M')).toMatchObject({ status: 'ok', wanted: 'none: no VM asks for them' });
    expect(check('kernel.numa_balancing')?.status).toBe('warn');

    const before = root.snapshot();
    const result = await hostTune({ ...sysroot(), specs, persist: true });
    expect(root.text(`${Object.keys(poolFiles(1048576, 0, 0))[0]}`)).toBe('8\n');
    expect(root.text('etc/default/grub.d/multiverse.cfg')).toBe(
      [
        '# Written by "vm host tune --persist"; "vm host revert" takes it away.',
        ...[
          ['memory.hugepages-1G', 'hugepagesz=1G hugepages=8'],
          ['isolcpus', 'isolcpus=1,11,2,12,3,13,4,14'],
          ['nohz_full', 'nohz_full=1,11,2,12,3,13,4,14'],
          ['rcu_nocbs', 'rcu_nocbs=1,11,2,12,3,13,4,14'],
          ['irqaffinity', 'irqaffinity=0,5-10,15-19'],
          ['iommu.groups', 'intel_iommu=on'],
        ].flatMap(([id, words]) => [
          '',
          `# ${id}`,
          `GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT ${words}"`,
        ]),
        '',
      ].join('\n'),
    );
    expect(result.bootLoader).toBe('update-grub');
    expect(result.reboot.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'isolcpus',
        'nohz_full',
        'rcu_nocbs',
        'irqaffinity',
        'iommu.groups',
        'kvm.nested',
      ]),
    );
    expect(root.text('etc/systemd/system/irqbalance.service.d/multiverse.conf')).toContain(
      'Environment=IRQBALANCE_BANNED_CPULIST=1-4,11-14\n',
    );
    await hostRevert(sysroot());
    expect(root.snapshot()).toEqual(before);
  });

  it('the list of the notes comes out for a VM on all but the first core', async () => {
    const checks = await hostCheck({ ...sysroot(), specs: [spec('all', { cpu: { vcpus: 18 } })] });
    expect(checks.find(({ id }) => id === 'isolcpus')?.wanted).toBe(
      '1,11,2,12,3,13,4,14,5,15,6,16,7,17,8,18,9,19',
    );
  });

  it('demands nothing that they do not need', async () => {
    const checks = await hostCheck({
      ...sysroot(),
      specs: [
        spec('plain', {
          machine: { accelerator: 'tcg' },
          memory: { size: '1GiB' },
          placement: { vcpus: 'none' },
        }),
      ],
    });
    const status = (id: string) => checks.find((one) => one.id === id)?.status;
    expect(status('memory.hugepages-1G')).toBe('ok');
    expect(status('isolcpus')).toBe('ok');
    expect(status('kernel.numa_balancing')).toBe('ok');
  });
});

describe('files of --persist', () => {
  const paths = [
    'etc/sysctl.d/90-multiverse.conf',
    'etc/modprobe.d/multiverse.conf',
    'etc/tmpfiles.d/multiverse.conf',
    'etc/modules-load.d/multiverse.conf',
  ];

  it('are one of ours in each folder, and gone after revert', async () => {
    const before = root.snapshot();
    const { files, bootLoader } = await hostTune({ ...sysroot(), persist: true });
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(paths.map((path) => `/${path}`)));
    for (const { path, text } of files) expect(root.text(path)).toBe(text);
    expect(root.text('etc/modprobe.d/multiverse.conf')).toContain(
      '\noptions vhost_net experimental_zcopytx=1\n',
    );
    expect(root.text('etc/modprobe.d/multiverse.conf')).toContain('\noptions kvm_intel nested=1\n');
    expect(root.text('etc/tmpfiles.d/multiverse.conf')).toContain(
      '\nw- /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor - - - - performance\n',
    );
    expect(root.text('etc/modules-load.d/multiverse.conf')).toContain('\nvhost_net\n');
    expect(bootLoader).toBe('update-grub');
    await hostRevert(sysroot());
    expect(root.snapshot()).toEqual(before);
  });

  it('keep perf in the order that the kernel takes', async () => {
    await hostTune({ ...sysroot(), persist: true });
    const lines = root.text('etc/sysctl.d/90-multiverse.conf').split('\n');
    expect(lines.filter((line) => line.startsWith('kernel.perf'))).toEqual([
      'kernel.perf_cpu_time_max_percent = 25',
      'kernel.perf_event_max_sample_rate = 146500',
      'kernel.perf_cpu_time_max_percent = 0',
    ]);
  });

  it('keep what earlier runs put there for other settings', async () => {
    await hostTune({ ...sysroot(), persist: true, only: ['vm.swappiness'] });
    await hostTune({ ...sysroot(), persist: true, only: ['perf'] });
    expect(root.text('etc/sysctl.d/90-multiverse.conf').match(/^# \S+$/gm)).toEqual([
      '# kernel.perf_event_max_sample_rate',
      '# kernel.perf_cpu_time_max_percent',
      '# vm.swappiness',
    ]);
  });

  it('never take the place of one that is not ours, or of a link', async () => {
    for (const foreign of paths) {
      root.write({ [foreign]: 'options vhost_net experimental_zcopytx=0\n' });
      const before = root.snapshot();
      await expect(hostTune({ ...sysroot(), persist: true })).rejects.toMatchObject({
        code: 'host.foreign-file',
      });
      expect(root.snapshot()).toEqual(before);
      root.remove('etc');
    }
    root.write({ 'etc/modprobe.d/x': '' });
    symlinkSync('/nowhere', join(root.path, 'etc/modprobe.d/multiverse.conf'));
    await expect(hostTune({ ...sysroot(), persist: true })).rejects.toMatchObject({
      code: 'host.foreign-file',
    });
  });

  it('are never written outside the tree', async () => {
    const outside = mkdtempSync(join(folder, 'outside-'));
    symlinkSync(outside, join(root.path, 'etc'));
    const { changes } = await hostTune({ ...sysroot(), persist: true, only: ['ksm'] });
    expect(changes.find(({ what }) => what.startsWith('/etc'))?.done).toBe(false);
    expect(readdirSync(outside)).toEqual([]);
  });

  it('that were changed by hand since are left, and said', async () => {
    await hostTune({ ...sysroot(), persist: true, only: ['ksm'] });
    const path = 'etc/tmpfiles.d/multiverse.conf';
    const mine = `${root.text(path)}w- /sys/mine - - - - 1\n`;
    root.write({ [path]: mine });
    const failed = (await hostRevert(sysroot())).filter(({ outcome }) => outcome === 'failed');
    expect(failed).toMatchObject([
      { what: `/${path}`, error: expect.stringContaining('changed since') as string },
    ]);
    expect(root.text(path)).toBe(mine);
    root.remove(path);
    expect((await hostRevert(sysroot())).filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(journals()).toEqual([]);
  });
});
