import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createArguments,
  type DiskImageResource,
  giveBackDiskImage,
  takeDiskImage,
} from '../../src/runtime/disk-image.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vmt-image-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const image = (more: Partial<DiskImageResource> = {}): DiskImageResource => ({
  kind: 'diskImage',
  path: join(folder, 'odd, name ü.img'),
  format: 'raw',
  bytes: 1024 ** 2,
  preallocation: 'off',
  clusterBytes: null,
  encryption: null,
  backing: null,
  temporary: false,
  workFolder: join(folder, '.vm-new-a-disk0'),
  marker: join(folder, 'disk0.made'),
  ...more,
});

describe('takeDiskImage', () => {
  it('makes it for its owner alone, and leaves nothing beside it but the marker', async () => {
    await takeDiskImage(image());
    expect(statSync(image().path)).toMatchObject({ size: 1024 ** 2 });
    expect(statSync(image().path).mode & 0o777).toBe(0o600);
    expect(existsSync(image().workFolder)).toBe(false);
  });

  it('never writes over a file that is there, and does not take it away', async () => {
    writeFileSync(image().path, 'mine');
    await expect(takeDiskImage(image())).rejects.toMatchObject({ code: 'host.disk-image' });
    await giveBackDiskImage(image(), true);
    expect(readFileSync(image().path, 'utf8')).toBe('mine');
  });

  it('tells in the words of qemu-img why not', async () => {
    await expect(takeDiskImage(image({ clusterBytes: 512 }))).rejects.toMatchObject({
      code: 'host.disk-image',
      message: expect.stringContaining('cluster_size'),
    });
    expect(existsSync(image().path)).toBe(false);
  });
});

describe('giveBackDiskImage', () => {
  it('takes away what a failed launch made, and keeps it otherwise', async () => {
    await takeDiskImage(image());
    await giveBackDiskImage(image(), false);
    expect(existsSync(image().path)).toBe(true);
    await giveBackDiskImage(image(), true);
    expect(existsSync(image().path)).toBe(false);
    await giveBackDiskImage(image(), true);
  });

  it('takes a temporary one away in any case', async () => {
    await takeDiskImage(image({ temporary: true }));
    await takeDiskImage(image({ temporary: true }));
    await giveBackDiskImage(image({ temporary: true }), false);
    expect(existsSync(image().path)).toBe(false);
  });
});

describe('createArguments', () => {
  it('keeps names of files apart from options', () => {
    const made = image({
      format: 'qcow2',
      preallocation: 'full',
      clusterBytes: 65536,
      encryption: { secretFile: '/key, file', format: 'luks' },
      backing: { path: '/base,x', format: 'raw' },
    });
    expect(createArguments(made, '/-f,raw')).toEqual([
      ...['create', '-q', '-f', 'qcow2'],
      ...['--object', '{"qom-type":"secret","id":"vm-secret","file":"/key, file"}'],
      ...['-o', 'preallocation=full,cluster_size=65536,encrypt.format=luks,encrypt.key-secret=vm-secret'],
      ...['-u', '-b', '/base,x', '-F', 'raw', '--', '/-f,raw', '1048576'],
    ]);
  });
});
