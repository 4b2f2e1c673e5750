import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHome } from '../support/cli.js';
import { bareSpec } from '../support/specs.js';
import { startsPaused } from '../support/starts.js';

/** The real QEMU takes every format and filter that a spec can name, and images are made and thrown away as it says. */
describe('images of disks on the real QEMU, paused, TCG', () => {
  let home: TestHome;
  beforeEach(() => {
    home = new TestHome();
  });
  afterEach(() => home.dispose());

  const starts = (name: string, spec: object) => startsPaused(home, name, spec);

  const image = (name: string, format: string, ...more: string[]) => {
    const words = ['create', '-q', '-f', format, ...more, join(home.folder, name), '16M'];
    for (let left = 5; ; left--) {
      try {
        return execFileSync('qemu-img', words, { stdio: 'pipe' });
      } catch (error) {
        // It measures how fast it can hash, which fails now and then on a busy machine.
        if (left === 0 || !String(error).includes('CPU usage')) throw error;
      }
    }
  };

  it('formats, passphrases, chains and budgets', async () => {
    home.file('key', 'secret');
    const secret = ['--object', `secret,id=s,file=${join(home.folder, 'key')}`];
    for (const format of ['vmdk', 'vdi', 'vhdx', 'vpc', 'qed', 'parallels']) image(`a.${format}`, format);
    image('luks', 'luks', ...secret, '-o', 'key-secret=s,iter-time=10');
    image(
      'locked.qcow2',
      'qcow2',
      ...secret,
      '-o',
      'encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10',
    );
    image('base.qcow2', 'qcow2');
    image('middle.qcow2', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2');
    image('top.qcow2', 'qcow2', '-b', 'middle.qcow2', '-F', 'qcow2');
    image('split.qcow2', 'qcow2', '-o', `data_file=${join(home.folder, 'split.raw')}`);
    home.images('part');
    const encryption = { secretFile: 'key' };
    await starts('images', {
      disks: [
        ...['vmdk', 'vdi', 'vhdx', 'vpc', 'qed', 'parallels'].map((format) => ({
          source: `a.${format}`,
          format,
        })),
        { source: 'luks', format: 'luks', encryption },
        { source: 'locked.qcow2', encryption },
        {
          id: 'chain',
          source: 'top.qcow2',
          copyOnRead: true,
          metadataCache: '1MiB',
          limits: [
            {
              bps: '100MiB',
              bpsMax: '200MiB',
              bpsMaxLength: '30s',
              iopsRead: 500,
              iopsWrite: 400,
              iopsSize: '64KiB',
            },
            { group: 'all' },
          ],
        },
        { source: 'split.qcow2', limits: { group: 'all', iops: 5000 } },
        { source: 'part', slice: { offset: '1MiB', bytes: '1MiB' } },
        { source: { type: 'null', latency: '1ms' } },
        { source: { type: 'folder', path: '.', label: 'HERE' }, readOnly: true },
      ],
    });
  });

  it('makes an image once, and takes it away only if that very launch fails', async () => {
    const disks = [
      { id: 'made', source: 'made.qcow2', size: '32MiB', clusterSize: '128KiB', preallocation: 'metadata' },
      { source: 'made.raw', size: '8MiB', preallocation: 'falloc' },
    ];
    const made = (name: string) => join(home.folder, name);
    const broken = home.spec(
      'broken',
      bareSpec({ disks, qemu: { extraArgs: ['-device', 'no-such-device'] } }),
    );
    expect(await home.vm('up', broken)).toMatchObject({ code: 4 });
    expect([existsSync(made('made.qcow2')), existsSync(made('made.raw'))]).toEqual([false, false]);

    await starts('maker', { disks });
    const info = JSON.parse(
      execFileSync('qemu-img', ['info', '--output=json', made('made.qcow2')], { encoding: 'utf8' }),
    );
    expect(info).toMatchObject({
      'virtual-size': 32 * 1024 ** 2,
      'cluster-size': 128 * 1024,
      format: 'qcow2',
    });
    expect(statSync(made('made.raw'))).toMatchObject({ size: 8 * 1024 ** 2 });
    const before = statSync(made('made.qcow2')).ino;
    expect(await home.vm('up', broken)).toMatchObject({ code: 4 });
    await starts('maker', { disks });
    expect(statSync(made('made.qcow2')).ino).toBe(before);
  });

  it('throws away what was written to a transient disk', async () => {
    home.images('kept.img');
    const before = readFileSync(join(home.folder, 'kept.img'));
    const overlay = join(home.state, 'thrown/disk0.transient.qcow2');
    const file = home.spec('thrown', bareSpec({ disks: [{ source: 'kept.img', transient: true }] }));
    expect(await home.vm('up', file, '--paused')).toMatchObject({ code: 0 });
    expect(existsSync(overlay)).toBe(true);
    expect(await home.vm('down', 'thrown', '--force', '--timeout', '1s')).toMatchObject({ code: 0 });
    expect(existsSync(overlay)).toBe(false);
    expect(readFileSync(join(home.folder, 'kept.img')).equals(before)).toBe(true);
  });

  it('follows a chain by its headers, and refuses one that would have to be guessed', async () => {
    home.images('base.img');
    image('guess.qcow2', 'qcow2');
    execFileSync('qemu-img', [
      'rebase',
      '-u',
      '-b',
      'base.img',
      '-F',
      'raw',
      join(home.folder, 'guess.qcow2'),
    ]);
    const said = home.spec('said', bareSpec({ disks: [{ source: 'guess.qcow2' }] }));
    const { stdout } = await home.vm('command', said);
    expect(stdout).toContain('"node-name":"disk0-b1-format"');
    expect(stdout).toContain('"backing":"disk0-b1-format"');
    // qemu-img writes no image without a format any more: its name of the format is taken out of the header.
    const bytes = readFileSync(join(home.folder, 'guess.qcow2'));
    bytes.writeUInt32BE(0x12345678, bytes.indexOf(Buffer.from('e2792aca', 'hex')));
    home.file('guess.qcow2', bytes);
    const { code, stderr } = await home.vm('up', said);
    expect(code).toBe(3);
    expect(stderr).toContain('does not say in which format that is');
  });
});
