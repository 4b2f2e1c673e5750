import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { list } from '../../src/runtime/list.js';
import { up } from '../../src/runtime/up.js';
import { get } from '../../src/runtime/vm.js';
import { makePlace, type Place } from './support.js';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.clear());

function write(...files: readonly string[]): void {
  for (const file of files) {
    const path = join(place.runtime, file);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, file);
  }
}

describe('a folder that is not ours', () => {
  it('is left alone by every verb, and not listed', async () => {
    write(
      'thesis/chapter.tex',
      'mail/lock',
      'mail/inbox',
      'songs/record.json',
      'songs/side-a/1.ogg',
      'lock/lock/lock',
      'podman/podman.sock',
    );
    mkdirSync(join(place.runtime, 'empty'));
    const before = readdirSync(place.runtime, { recursive: true, encoding: 'utf8' }).sort();
    expect(await list()).toEqual([]);
    for (const name of ['thesis', 'mail', 'songs', 'lock', 'podman', 'empty']) {
      const vm = get(name);
      await expect(vm.status(), name).rejects.toMatchObject({ code: 'state.no-such-vm' });
      await expect(vm.down(), name).rejects.toMatchObject({ code: 'state.no-such-vm' });
    }
    expect(readdirSync(place.runtime, { recursive: true, encoding: 'utf8' }).sort()).toEqual(before);
  });

  it('is not started in where our files would take the place of others', async () => {
    write('songs/record.json', 'songs/cover.png');
    await expect(up(place.spec('songs'))).rejects.toMatchObject({ code: 'state.folder' });
    expect(readFileSync(join(place.runtime, 'songs/record.json'), 'utf8')).toBe('songs/record.json');
    expect(readdirSync(join(place.runtime, 'songs')).sort()).toEqual(['cover.png', 'record.json']);
  });

  it('is one of ours again without what others left in it', async () => {
    write('a/qemu.alive', 'a/control.sock', 'a/serial3.sock');
    symlinkSync('1 1 boot vm up', join(place.runtime, 'a/lock'));
    expect(await list()).toEqual([]);
    expect(readdirSync(place.runtime)).toEqual([]);
  });
});
