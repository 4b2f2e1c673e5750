import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHome, until } from '../support/cli.js';
import { readIso } from '../support/iso.js';
import { bareSpec, guestReady, guestSpec } from '../support/specs.js';
import { startsPaused } from '../support/starts.js';

describe('the seed of cloud-init, TCG', () => {
  let home: TestHome;
  beforeEach(() => {
    home = new TestHome();
  });
  afterEach(() => home.dispose());

  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGe0 me';
  const seedFile = (name: string) => join(home.state, name, 'seed.iso');
  const seed = (name: string) => readIso(readFileSync(seedFile(name)), 'rockRidge');

  it('is mounted by a guest, with the names and texts that cloud-init looks for', async () => {
    home.file('net.yaml', 'version: 2\n# from a file\n');
    const spec = guestSpec({
      cloudInit: { hostname: 'there', userData: { timezone: 'Etc/UTC' }, networkConfig: 'net.yaml' },
    });
    const up = await home.vm('up', home.spec('cloud', spec), '--wait', guestReady, '--timeout', '90s');
    expect(up).toMatchObject({ code: 0 });
    const console = home.spawn('console', 'cloud');
    let shown = '';
    console.stdout?.on('data', (chunk: Buffer) => {
      shown += chunk.toString('utf8');
    });
    const commands = [
      'modprobe isofs',
      'mkdir -p /seed && mount -t iso9660 /dev/vda /seed && ls /seed | tr "\\n" " "',
      'head -n 20 /seed/*',
      'touch /seed/x',
      'echo the-""end',
    ];
    console.stdin?.write(`\n${commands.join('\n')}\n`);
    await until('the commands to end', () => shown.includes('the-end'), 30);
    console.kill();
    expect(shown).toContain('meta-data network-config user-data');
    for (const line of ['local-hostname: there', '#cloud-config', 'timezone: Etc/UTC', '# from a file'])
      expect(shown).toContain(line);
    expect(shown).toMatch(/Read-only file system/);
    expect(await home.vm('down', 'cloud', '--force')).toMatchObject({ code: 0 });
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });

  it('is written again only where it changed, and goes with `remove`', async () => {
    const start = (cloudInit: object) => startsPaused(home, 'again', { cloudInit });
    await start({ sshKeys: [key] });
    const first = statSync(seedFile('again'), { bigint: true });
    expect(Number(first.mode) & 0o777).toBe(0o600);
    const { label, entries } = seed('again');
    expect(label).toBe('cidata');
    expect(entries.get('user-data')).toBe(`#cloud-config\nssh_authorized_keys:\n  - ${key}\n`);
    const id = /^instance-id: (\S+)$/m.exec(entries.get('meta-data') ?? '')?.[1];

    await start({ sshKeys: [key] });
    expect(statSync(seedFile('again'), { bigint: true })).toMatchObject({
      ino: first.ino,
      mtimeNs: first.mtimeNs,
    });

    await start({ packages: ['nginx'] });
    const changed = seed('again').entries;
    expect(changed.get('user-data')).toBe('#cloud-config\npackage_update: true\npackages:\n  - nginx\n');
    expect(changed.get('meta-data')).toContain(`instance-id: ${id}\n`);

    expect(await home.vm('remove', 'again')).toMatchObject({ code: 0 });
    expect(() => statSync(join(home.state, 'again'))).toThrow('ENOENT');
  });

  it.each([
    ['cdrom', { bus: 'cdrom' }, { type: 'q35', accelerator: 'tcg' }],
    ['cdrom-pc', { bus: 'cdrom' }, { type: 'pc', accelerator: 'tcg' }],
    ['microvm', {}, { type: 'microvm', accelerator: 'tcg' }],
  ])('starts as %s too', async (name, cloudInit, machine) => {
    await startsPaused(home, name, { machine, cloudInit });
    expect([...seed(name).entries.keys()].toSorted()).toEqual(['meta-data', 'user-data']);
  });

  it('is refused with the line of what cloud-init could not read, and nothing is started', async () => {
    home.file('user-data', '#cloud-config\npackages:\n- vim\n  - git: {\n');
    const file = home.spec('wrong', bareSpec({ cloudInit: { userData: 'user-data' } }));
    const { code, stderr } = await home.vm('up', file);
    expect(code).toBe(2);
    expect(stderr).toMatch(/user-data:\d+:\d+: /);
    expect(stderr).not.toContain('defect');
    expect(await home.vm('validate', file)).toMatchObject({ code: 2 });
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });
});
