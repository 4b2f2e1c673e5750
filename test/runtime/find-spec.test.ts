import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findSpec, listSpecs, readSpecFile } from '../../src/runtime/find-spec.js';
import { makePlace, type Place } from './support.js';

let place: Place;
let cwd: string;

beforeEach(() => {
  place = makePlace();
  cwd = place.folder;
  process.env.XDG_CONFIG_HOME = join(cwd, 'config');
  for (const folder of ['vms', 'config/vm']) mkdirSync(join(cwd, folder), { recursive: true });
  for (const file of [
    'vms/a.yaml',
    'vms/b.json',
    'vms/note.txt',
    'config/vm/a.yml',
    'config/vm/c.yml',
    'here.yaml',
  ]) {
    writeFileSync(join(cwd, file), file);
  }
  mkdirSync(join(cwd, 'vms/d.yaml'));
});
afterEach(() => place.clear());

const read = async (name: string) => {
  const { file, folder, text } = await findSpec(name, cwd);
  expect(file.startsWith(`${folder}/`)).toBe(true);
  return Buffer.from(text).toString();
};

describe('findSpec', () => {
  it('finds names in ./vms first, then in the config folder', async () => {
    expect(await Promise.all(['a', 'b', 'c'].map(read))).toEqual([
      'vms/a.yaml',
      'vms/b.json',
      'config/vm/c.yml',
    ]);
  });

  it('takes what has a slash or the ending of a spec for a file', async () => {
    const names = ['./here.yaml', 'here.yaml', join(cwd, 'vms/a.yaml'), 'vms/note.txt'];
    expect(await Promise.all(names.map(read))).toEqual([
      'here.yaml',
      'here.yaml',
      'vms/a.yaml',
      'vms/note.txt',
    ]);
  });

  it('says where it looked', async () => {
    for (const name of ['nobody', 'd', '', 'a,b', 'a\nb', 'x'.repeat(300), 'a\0']) {
      await expect(findSpec(name, cwd), JSON.stringify(name)).rejects.toThrow(
        expect.objectContaining({
          code: 'spec.not-found',
          message: expect.stringContaining(join(cwd, 'vms')),
        }),
      );
    }
    for (const file of ['./nobody.yaml', 'here.yaml/x', '../x']) {
      await expect(findSpec(file, cwd), file).rejects.toThrow(
        expect.objectContaining({ code: 'spec.not-found' }),
      );
    }
  });

  it('reads no folder, no loop of links, and of an endless file no more than it needs', async () => {
    symlinkSync('loop', join(cwd, 'loop'));
    for (const file of ['./vms', './loop']) {
      await expect(findSpec(file, cwd), file).rejects.toThrow(
        expect.objectContaining({ code: 'spec.unreadable' }),
      );
    }
    expect(readSpecFile('/dev/zero').text.length).toBe(1024 ** 2 + 1);
  });

  it('waits for a pipe only as long as it is wanted', async () => {
    const fifo = join(cwd, 'fifo.yaml');
    execFileSync('mkfifo', [fifo]);
    const writer = spawn('sh', ['-c', 'exec 3>"$0"; printf "cpu: {" >&3; sleep 0.2; printf "}" >&3', fifo]);
    const holder = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    await new Promise((wake) => setTimeout(wake, 100));
    expect(await read(fifo)).toBe('cpu: {}');
    closeSync(holder);
    await new Promise((ended) => writer.on('close', ended));

    const silent = openSync(fifo, constants.O_RDWR);
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await expect(findSpec(fifo, cwd, stop.signal)).rejects.toThrow('enough');
    closeSync(silent);
  });
});

describe('listSpecs', () => {
  it('lists each name once', () => {
    expect(listSpecs(cwd)).toEqual(expect.arrayContaining(['a', 'b', 'c']));
    expect(listSpecs(cwd).filter((name) => name === 'a')).toEqual(['a']);
    expect(listSpecs(cwd)).not.toContain('note');
  });
});
