import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFileFacts } from '../../src/host/files.js';
import { readPrograms, readVirtiofsd, virtiofsdOf } from '../../src/host/programs.js';

let folder: string;
const path = process.env.PATH;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vmt'));
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true });
});

function program(name: string, says: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\nprintf '${says}'\n`, { mode: 0o755 });
  return file;
}

describe('readPrograms', () => {
  it('finds what is in PATH, and only what can be run', () => {
    program('swtpm', '');
    program('virtiofsd', '');
    writeFileSync(join(folder, 'passt'), '', { mode: 0o644 });
    process.env.PATH = `${folder}:relative`;
    expect(readPrograms()).toEqual({
      swtpm: join(folder, 'swtpm'),
      swtpmSetup: null,
      virtiofsd: join(folder, 'virtiofsd'),
      passt: null,
      vhostUserGpu: null,
    });
  });
});

describe('readVirtiofsd', () => {
  it.each([
    ['virtiofsd version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)\nCopyright', 'c'],
    ['virtiofsd 1.13.2\n', 'rust'],
    ['virtiofsd backend 1.1.0\n', 'rust'],
    ['passt 0.0\n', undefined],
    ['', undefined],
  ])('%j is %s', (answer, kind) => {
    expect(virtiofsdOf(answer)).toBe(kind);
  });

  it('asks the program itself', () => {
    const paths = [
      program('a', 'virtiofsd version 6.1\\n'),
      program('b', 'virtiofsd 1.8.0\\n'),
      join(folder, 'c'),
    ];
    const files = readFileFacts(paths);
    readVirtiofsd(paths, files);
    expect(paths.map((one) => files.get(one)?.virtiofsd)).toEqual(['c', 'rust', undefined]);
  });
});
