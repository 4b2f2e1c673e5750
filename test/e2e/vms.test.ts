/** The specs of vms/ as they stand there, but for what this machine lacks: KVM, gigabytes, a bridge, CPUs. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHome, until } from '../support/cli.js';
import { guestFolder } from '../support/guest.js';
import { guestReady } from '../support/specs.js';

const set = (...pairs: string[]) => pairs.flatMap((pair) => ['--set', pair]);
const small = ['machine.accelerator=tcg', 'memory.size=256MiB'];
/** What is shared has a name of the host's: not the one that the specs say, which somebody may use. */
const link = `vm-link-${process.pid}`;
const glass = `looking-glass-${process.pid}`;
const { kernel } = guestFolder() ?? { kernel: '' };

describe('the specs of vms/, TCG', () => {
  let home: TestHome;
  beforeEach(() => {
    home = new TestHome();
    cpSync(resolve(import.meta.dirname, '../../vms'), join(home.folder, 'vms'), { recursive: true });
    rmSync(join(home.folder, 'vms/guest'), { force: true });
    symlinkSync(dirname(kernel), join(home.folder, 'vms/guest'));
    rename('link-a.yaml', 'vm-link', link);
    rename('workstation.yaml', 'looking-glass', glass);
  });
  afterEach(() => {
    home.dispose();
    for (const name of [link, glass]) rmSync(`/dev/shm/${name}`, { force: true });
  });

  function rename(file: string, from: string, to: string): void {
    const path = join(home.folder, 'vms', file);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(`name: ${from}`);
    writeFileSync(path, text.replaceAll(`name: ${from}`, `name: ${to}`));
  }

  const image = (name: string) =>
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', join(home.folder, 'vms', name), '1G']);

  it.each([
    ['demo', [], []],
    ['tiny', [], []],
    ['link-a', [], []],
    ['link-b', [], []],
    ['lab', ['lab.qcow2'], []],
    ['cloud', ['debian.qcow2'], []],
    ['windows', ['windows.qcow2'], []],
    ['server', ['server.qcow2'], ['networks=[{type: user}]', 'placement={vcpus: none}']],
    [
      'workstation',
      ['workstation.qcow2'],
      [
        'networks=[{type: user}]',
        'placement={vcpus: none}',
        'hostDevices=[]',
        'memory={size: 256MiB, locked: false, hugepages: false}',
      ],
    ],
    [
      'database',
      ['database.qcow2'],
      [
        'networks=[{type: user}]',
        'placement={vcpus: none}',
        'disks=[{source: vms/database.qcow2, ioThread: 0}]',
        'memory={size: 256MiB, locked: false, hugepages: false}',
      ],
    ],
  ])('%s starts', async (name, images, lacking) => {
    images.forEach(image);
    const up = await home.vm('up', name, '--paused', ...set(...small, ...lacking));
    expect({ code: up.code, stderr: up.code === 0 ? '' : up.stderr }).toEqual({ code: 0, stderr: '' });
    const { code, stdout } = await home.vm('diff', name);
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(await home.vm('down', name, '--force')).toMatchObject({ code: 0 });
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });

  it('tiny boots, emulated too with the word that its head names, and ends with its guest', async () => {
    const text = readFileSync(join(home.folder, 'vms/tiny.yaml'), 'utf8');
    const cmdline = /boot\.cmdline='([^']*)'/.exec(text)?.[1] ?? '';
    expect(cmdline).toContain(/cmdline: (.*)/.exec(text)?.[1]);
    const words = set('machine.accelerator=tcg', `boot.cmdline=${cmdline}`);
    expect(await home.vm('up', 'tiny', '--wait', guestReady, ...words)).toMatchObject({ code: 0 });
    await type(home, 'tiny', ['(sleep 1; reboot -f) &']);
    expect(await home.vm('wait', 'tiny', '--for', 'stopped', '--timeout', '60s')).toMatchObject({ code: 0 });
    expect(home.processes()).toEqual([]);
  });

  it('what one guest writes to the shared memory the other reads', async () => {
    expect(existsSync(`/dev/shm/${link}`)).toBe(false);
    const up = await home.vm(
      'up',
      'link-a',
      'link-b',
      '--wait',
      guestReady,
      '--timeout',
      '120s',
      ...set(...small),
    );
    expect(up).toMatchObject({ code: 0 });
    const bar = 'grep -l 0x1af4 /sys/bus/pci/devices/*/vendor | while read -r f; do d=${f%/*};';
    const own = `${bar} [ "$(cat $d/device)" = 0x1110 ] && echo 1 >$d/enable && sed -n 3p $d/resource; done`;
    const at = `a=$(${own}); a=\${a%% *}`;
    await type(home, 'link-a', [at, 'devmem $a 32 0x1badcafe']);
    expect(readFileSync(`/dev/shm/${link}`).readUInt32LE()).toBe(0x1badcafe);
    writeFileSync(`/dev/shm/${link}`, Buffer.from('efbeadde', 'hex'), { flag: 'r+' });
    expect(await type(home, 'link-b', [at, 'devmem $a 32'])).toMatch(/0xDEADBEEF/i);
    expect(await home.vm('down', '--all', '--force')).toMatchObject({ code: 0 });
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });
});

/** Types commands on a guest's console, and gives what it shows up to their end. */
async function type(home: TestHome, name: string, commands: readonly string[]): Promise<string> {
  const console = home.spawn('console', name);
  let shown = '';
  console.stdout?.on('data', (chunk: Buffer) => {
    shown += chunk.toString('utf8');
  });
  console.stdin?.write(`\n${[...commands, 'echo the-""end'].join('\n')}\n`);
  await until(`the commands of ${name} to end`, () => shown.includes('the-end'), 30);
  const ended = new Promise((done) => console.on('close', done));
  console.kill();
  await ended;
  return shown;
}
