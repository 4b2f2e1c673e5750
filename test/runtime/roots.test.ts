import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { list } from '../../src/runtime/list.js';
import { checkedPaths, ensureFolder, vmRoots } from '../../src/runtime/roots.js';
import { up } from '../../src/runtime/up.js';
import { get } from '../../src/runtime/vm.js';
import { makePlace, type Place } from './support.js';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.clear());

describe('vmRoots', () => {
  it('takes VM_RUNTIME_DIR and VM_STATE_DIR first', () => {
    const env = {
      VM_RUNTIME_DIR: '/r',
      VM_STATE_DIR: '/s',
      XDG_RUNTIME_DIR: '/x',
      XDG_STATE_HOME: '/y',
      HOME: '/h',
    };
    expect(vmRoots(env, 0)).toEqual({ runtime: '/r', state: '/s' });
    expect(vmRoots({ ...env, VM_RUNTIME_DIR: 'r' }, 0).runtime).toBe(join(process.cwd(), 'r'));
  });

  it('then the folders of root or of the user', () => {
    const env = { XDG_RUNTIME_DIR: '/x', XDG_STATE_HOME: '/y', HOME: '/h' };
    expect(vmRoots(env, 0)).toEqual({ runtime: '/run/vm', state: '/y/vm' });
    expect(vmRoots(env, 1000)).toEqual({ runtime: '/x/vm', state: '/y/vm' });
    expect(vmRoots({ HOME: '/h' }, 1000)).toEqual({ runtime: '/tmp/vm-1000', state: '/h/.local/state/vm' });
    expect(vmRoots({ HOME: '/h', XDG_RUNTIME_DIR: 'x', XDG_STATE_HOME: 'y' }, 1000).state).toBe(
      '/h/.local/state/vm',
    );
  });
});

describe('checkedPaths', () => {
  it('refuses a folder whose sockets would have more than 107 bytes', () => {
    // `/…/n/control.sock`
    const longest = `/${'r'.repeat(107 - '//n/control.sock'.length)}`;
    expect(Buffer.byteLength(checkedPaths({ runtime: longest, state: '/s' }, 'n').control)).toBe(107);
    expect(() => checkedPaths({ runtime: `${longest}r`, state: '/s' }, 'n')).toThrow(
      expect.objectContaining({
        code: 'state.path-too-long',
        hint: expect.stringContaining('VM_RUNTIME_DIR'),
      }),
    );
    expect(() => checkedPaths({ runtime: `/${'ä'.repeat(50)}`, state: '/s' }, 'n')).toThrow('of a socket');
  });
});

describe('ensureFolder', () => {
  it('makes it for this user only, and the ones above it', () => {
    const folder = join(place.folder, 'a/b');
    ensureFolder(folder);
    ensureFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('refuses links and files', () => {
    mkdirSync(join(place.folder, 'real'));
    symlinkSync('real', join(place.folder, 'link'));
    writeFileSync(join(place.folder, 'file'), '');
    for (const name of ['link', 'file', 'file/below']) {
      expect(() => ensureFolder(join(place.folder, name)), name).toThrow(
        expect.objectContaining({ code: 'state.folder' }),
      );
    }
  });

  it('refuses the folder of another user, and so does every verb', async () => {
    // As root, we make one; else there is one.
    const root = process.getuid?.() === 0;
    const folder = root ? join(place.folder, 'foreign') : '/tmp';
    if (root) {
      mkdirSync(join(folder, 'a'), { recursive: true });
      chownSync(folder, 12345, 12345);
    }
    expect(() => ensureFolder(folder)).toThrow(expect.objectContaining({ code: 'state.folder' }));
    process.env.VM_RUNTIME_DIR = folder;
    expect(() => get('a')).toThrow(expect.objectContaining({ code: 'state.folder' }));
    await expect(up(place.spec('a'))).rejects.toMatchObject({ code: 'state.folder' });
    if (root) await expect(list()).rejects.toMatchObject({ code: 'state.folder' });
  });

  it('closes one that everybody can write to', () => {
    const folder = join(place.folder, 'open');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    ensureFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });
});
