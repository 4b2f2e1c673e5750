import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { guestFolder } from '../support/guest.js';

const script = 'scripts/guest';
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vm-guest-test.'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function writeGuest(folder: string, files: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  for (const file of files) writeFileSync(join(folder, file), 'x');
}

describe('the folder of the guest', () => {
  const variables = [
    {
      name: 'VM_CACHE_DIR',
      env: () => ({ VM_CACHE_DIR: join(root, 'a b'), XDG_CACHE_HOME: '/x' }),
      path: 'a b/guest',
    },
    { name: 'XDG_CACHE_HOME', env: () => ({ XDG_CACHE_HOME: root, HOME: '/x' }), path: 'vm/guest' },
    { name: 'HOME', env: () => ({ HOME: root }), path: '.cache/vm/guest' },
    {
      name: 'HOME, others empty',
      env: () => ({ HOME: root, VM_CACHE_DIR: '', XDG_CACHE_HOME: '' }),
      path: '.cache/vm/guest',
    },
  ];

  test.each(variables)('script and tests agree on it: $name', ({ env, path }) => {
    const folder = join(root, path);
    const environment: NodeJS.ProcessEnv = { PATH: process.env.PATH, ...env() };
    expect(execFileSync(script, ['--path'], { env: environment, encoding: 'utf8' })).toBe(`${folder}\n`);
    writeGuest(folder, ['vmlinuz', 'initrd.img', 'version']);
    expect(guestFolder(environment)).toEqual({
      kernel: join(folder, 'vmlinuz'),
      initrd: join(folder, 'initrd.img'),
    });
  });

  test('the guest with the full kernel has one of its own', () => {
    const env = { PATH: process.env.PATH, VM_CACHE_DIR: root };
    const folder = join(root, 'guest-full');
    for (const words of [
      ['--full', '--path'],
      ['--path', '--full'],
    ]) {
      expect(execFileSync(script, words, { env, encoding: 'utf8' })).toBe(`${folder}\n`);
    }
    writeGuest(folder, ['vmlinuz', 'initrd.img', 'version']);
    expect(guestFolder(env)).toBeUndefined();
    expect(guestFolder(env, 'guest-full')?.kernel).toBe(join(folder, 'vmlinuz'));
  });

  test('a guest without its version file is half made, so there is none', () => {
    writeGuest(join(root, 'guest'), ['vmlinuz', 'initrd.img']);
    expect(guestFolder({ VM_CACHE_DIR: root })).toBeUndefined();
  });

  test('the script refuses words that it does not know', () => {
    const { status, stdout, stderr } = spawnSync(script, ['--pathh'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toMatch(/^usage: scripts\/guest /);
  });
});
