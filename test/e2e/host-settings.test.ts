/** Real changes to this machine, put back by the test: only as root, and one at a time. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestHome } from '../support/cli.js';
import { type FakeRoot, notesRoot } from '../support/fake-root.js';
import { skipBecause } from '../support/skip.js';

const isRoot = process.getuid?.() === 0;
const thp = '/sys/kernel/mm/transparent_hugepage';
const pages = '/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages';
/** What the tests change, in the order in which the kernel lets it be put back. */
const files = [
  '/proc/sys/kernel/perf_event_max_sample_rate',
  '/proc/sys/kernel/perf_cpu_time_max_percent',
  '/sys/kernel/mm/ksm/run',
  `${thp}/enabled`,
  `${thp}/defrag`,
  `${thp}/khugepaged/defrag`,
  pages,
];
const get = (path: string) => {
  const text = readFileSync(path, 'utf8');
  return /\[(.+?)\]/.exec(text)?.[1] ?? text.trim();
};
const put = (path: string, value: string) => writeFileSync(path, value);
const state = () => Object.fromEntries(files.map((path) => [path, get(path)]));

const has = (tool: string) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;

function reasonToSkip(): string | undefined {
  if (!isRoot) return 'only root changes the host';
  const missing = files.find((path) => !existsSync(path));
  return missing === undefined ? undefined : `${missing} is not here`;
}

describe('this machine', () => {
  skipBecause(reasonToSkip());
  let home: TestHome;
  let lock: number | undefined;
  let before: Record<string, string>;

  beforeAll(() => {
    if (reasonToSkip() !== undefined) return;
    // The settings of a host are one thing for all who test on it.
    lock = openSync('/tmp/hoststate.lock', 'a');
    execFileSync('flock', ['-x', '3'], { stdio: ['ignore', 'inherit', 'inherit', lock] });
    before = state();
  });
  afterAll(() => {
    if (lock !== undefined) closeSync(lock);
  });
  beforeEach(() => {
    home = new TestHome();
  });
  afterEach(() => {
    if (reasonToSkip() === undefined) restore();
    home.dispose();
  });

  function restore(): void {
    put('/proc/sys/kernel/perf_cpu_time_max_percent', '25');
    for (const path of files) put(path, before[path] ?? '');
    expect(state()).toEqual(before);
  }

  it('has its perf sysctls tuned and put back in the order that the kernel takes', async () => {
    for (const percent of ['25', '100', '0']) {
      put('/proc/sys/kernel/perf_cpu_time_max_percent', '25');
      put('/proc/sys/kernel/perf_event_max_sample_rate', '100000');
      put('/proc/sys/kernel/perf_cpu_time_max_percent', percent);
      const start = state();
      expect(await home.vm('host', 'tune', '--only', 'perf_')).toMatchObject({ code: 0, stderr: '' });
      expect(get('/proc/sys/kernel/perf_event_max_sample_rate')).toBe('146500');
      expect(get('/proc/sys/kernel/perf_cpu_time_max_percent')).toBe(percent === '25' ? '0' : percent);
      expect((await home.vm('host', 'revert')).code).toBe(0);
      expect(state()).toEqual(start);
    }
  });

  it('takes the perf sysctls of --persist from sysctl, in their order', async ({ skip }) => {
    skip(!has('sysctl'), 'sysctl is not installed here');
    const tree = notesRoot();
    const { code } = await home.vm('host', 'tune', '--only', 'perf_', '--persist', '--sysroot', tree.path);
    expect(code).toBe(0);
    put('/proc/sys/kernel/perf_cpu_time_max_percent', '0');
    const { status, stderr } = spawnSync(
      'sysctl',
      ['-p', join(tree.path, 'etc/sysctl.d/90-multiverse.conf')],
      {
        encoding: 'utf8',
      },
    );
    tree.dispose();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(get('/proc/sys/kernel/perf_event_max_sample_rate')).toBe('146500');
    expect(get('/proc/sys/kernel/perf_cpu_time_max_percent')).toBe('0');
  });

  it('has KSM and transparent huge pages tuned and put back', async () => {
    put('/sys/kernel/mm/ksm/run', '1');
    put(`${thp}/enabled`, 'never');
    put(`${thp}/defrag`, 'always');
    put(`${thp}/khugepaged/defrag`, '0');
    const start = state();
    expect((await home.vm('host', 'check')).code).toBe(1);
    const { code, stdout } = await home.vm('host', 'tune', '--only', 'memory.ksm', '--only', 'transparent');
    expect(code).toBe(0);
    expect(stdout).toContain(`memory.transparent-defrag  ${thp}/defrag  always → madvise\n`);
    expect(state()).toMatchObject({
      [`${thp}/enabled`]: 'madvise',
      [`${thp}/defrag`]: 'madvise',
      [`${thp}/khugepaged/defrag`]: '1',
    });
    expect(get('/sys/kernel/mm/ksm/run')).not.toBe('1');
    expect((await home.vm('host', 'check')).code).toBe(0);
    expect((await home.vm('host', 'revert')).code).toBe(0);
    expect(state()).toEqual(start);
  });

  it('is put back after the write that a killed tune has begun, not before', async () => {
    const path = '/sys/kernel/mm/ksm/run';
    put(path, '1');
    expect((await home.vm('host', 'tune', '--only', 'memory.ksm')).code).toBe(0);
    // As the kernel takes its time: it has the file open, and not yet what it is to write.
    const writer = spawn('dd', [`of=${path}`, 'conv=nocreat', 'status=none'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const reverted = home.vm('host', 'revert');
    await new Promise((wake) => setTimeout(wake, 1000));
    writer.stdin.end('0\n');
    expect(await reverted).toMatchObject({ code: 0, stderr: '' });
    expect(get(path)).toBe('1');
  });

  it('gives a spec its huge pages, and takes them back', async () => {
    const spec = home.spec('pages', {
      machine: { accelerator: 'tcg' },
      memory: { size: '64MiB', hugepages: '2MiB' },
    });
    expect((await home.vm('host', 'check', spec)).stdout).toMatch(/^ {2}fail {2}memory\.hugepages-2M /m);
    expect(await home.vm('host', 'tune', '--only', 'memory.hugepages-2M', spec)).toMatchObject({ code: 0 });
    expect(Number(get(pages))).toBe(Number(before[pages]) + 32);
    expect((await home.vm('host', 'check', spec)).stdout).toMatch(/^ {2}ok {4}memory\.hugepages-2M /m);
    expect((await home.vm('host', 'revert')).code).toBe(0);
    expect(state()).toEqual(before);
  });
});

describe('the files of --persist are taken by', () => {
  let tree: FakeRoot;
  let home: TestHome;
  beforeEach(async () => {
    home = new TestHome();
    tree = notesRoot();
    const spec = home.spec('web', { machine: { accelerator: 'kvm' }, cpu: { vcpus: 4 } });
    expect((await home.vm('host', 'tune', '--persist', '--sysroot', tree.path, spec)).code).toBe(0);
  });
  afterEach(() => {
    tree.dispose();
    home.dispose();
  });

  const etc = (path: string) => join(tree.path, 'etc', path);

  it('systemd-tmpfiles, for every CPU', ({ skip }) => {
    skip(!has('systemd-tmpfiles'), 'systemd-tmpfiles is not installed here');
    skip(!isRoot, 'systemd-tmpfiles --root wants root');
    for (let cpu = 0; cpu < 20; cpu++)
      tree.write({ [`sys/devices/system/cpu/cpu${cpu}/cpufreq/scaling_governor`]: 'powersave\n' });
    tree.write({ 'sys/kernel/mm/ksm/run': '1\n' });
    const { status, stderr } = spawnSync(
      'systemd-tmpfiles',
      ['--create', `--root=${tree.path}`, etc('tmpfiles.d/multiverse.conf')],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (let cpu = 0; cpu < 20; cpu++)
      expect(tree.text(`sys/devices/system/cpu/cpu${cpu}/cpufreq/scaling_governor`)).toMatch(/^performance/);
    expect(tree.text('sys/kernel/mm/ksm/run')).toMatch(/^0/);
  });

  it('modprobe', ({ skip }) => {
    skip(!has('modprobe'), 'modprobe is not installed here');
    const { status, stdout } = spawnSync('modprobe', ['--showconfig', '-C', etc('modprobe.d')], {
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^options vhost_net experimental_zcopytx=1$/m);
    expect(stdout).toMatch(/^options kvm_intel nested=1$/m);
  });

  it('grub-mkconfig, which reads them as a shell does', () => {
    const file = etc('default/grub.d/multiverse.cfg');
    const script = 'GRUB_CMDLINE_LINUX_DEFAULT=quiet; . "$0"; printf %s "$GRUB_CMDLINE_LINUX_DEFAULT"';
    expect(execFileSync('sh', ['-euc', script, file], { encoding: 'utf8' })).toBe(
      'quiet isolcpus=1,11,2,12 nohz_full=1,11,2,12 rcu_nocbs=1,11,2,12 irqaffinity=0,3-10,13-19 intel_iommu=on',
    );
  });

  it('grub-script-check', ({ skip }) => {
    skip(!has('grub-script-check'), 'grub-script-check is not installed here');
    const words = tree.text('etc/default/grub.d/multiverse.cfg').match(/DEFAULT (.+)"$/gm) ?? [];
    const entry = `menuentry x {\n linux /vmlinuz ${words.map((word) => word.slice(8, -1)).join(' ')}\n}\n`;
    expect(spawnSync('grub-script-check', { input: entry }).status).toBe(0);
  });
});
