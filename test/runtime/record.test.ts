import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compile } from '../../src/runtime/compile.js';
import { pathsOf } from '../../src/runtime/names.js';
import { ourselves } from '../../src/runtime/process.js';
import { parseRecord, readRecord, type VmRecord, writeRecord } from '../../src/runtime/record.js';
import { makePlace, type Place } from './support.js';

let place: Place;
let record: VmRecord;

beforeEach(async () => {
  place = makePlace();
  const { loaded, plan } = await compile(place.spec('a'));
  record = {
    version: 1,
    name: 'a',
    spec: loaded.spec,
    specFile: loaded.file,
    overrides: [],
    cwd: '/',
    plan,
    argv: ['qemu'],
    phase: 'running',
    commander: ourselves(),
    qemu: null,
    startedAt: '2024-01-01T00:00:00.000Z',
    launchLogBytes: 0,
    resources: [],
  };
  mkdirSync(pathsOf('a').folder, { recursive: true });
});
afterEach(() => place.clear());

describe('record', () => {
  it('comes back as it was written, readable by this user only, and leaves no other file', async () => {
    const paths = pathsOf('a');
    writeRecord(paths, record);
    expect(readRecord(paths)).toEqual(record);
    expect(statSync(paths.record).mode & 0o777).toBe(0o600);
    expect(readdirSync(paths.folder)).toEqual(['record.json']);
  });

  it('is none where there is no file, and broken where there is something else', () => {
    const paths = pathsOf('a');
    expect(readRecord(paths)).toBe('none');
    expect(readRecord(pathsOf('nobody'))).toBe('none');
    const whole = JSON.stringify(record);
    for (const text of [
      '',
      '{}',
      'null',
      '[]',
      '\0',
      whole.slice(0, -1),
      whole.replace('"version":1', '"version":2'),
    ]) {
      writeFileSync(paths.record, text);
      expect(readRecord(paths)).toBe('broken');
    }
  });

  it("is none among somebody else's files", () => {
    const paths = pathsOf('a');
    writeFileSync(paths.record, 'a song');
    expect(readRecord(paths)).toBe('broken');
    writeFileSync(join(paths.folder, 'cover.png'), '');
    expect(readRecord(paths)).toBe('none');
    mkdirSync(pathsOf('b').record, { recursive: true });
    expect(readRecord(pathsOf('b'))).toBe('none');
  });

  it('never has a member of another type', () => {
    const wrong: readonly (readonly [keyof VmRecord, unknown])[] = [
      ['name', 1],
      ['phase', 'gone'],
      ['commander', null],
      ['commander', { ...ourselves(), pid: -1 }],
      ['qemu', { ...ourselves(), pid: '1' }],
      ['qemu', undefined],
      ['resources', {}],
      ['overrides', 'cpu.vcpus=1'],
      ['cwd', undefined],
      ['plan', null],
      ['plan', {}],
      ['startedAt', 0],
      ['launchLogBytes', '0'],
    ];
    for (const [key, value] of wrong)
      expect(parseRecord(JSON.stringify({ ...record, [key]: value })), key).toBeUndefined();
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (text) => parseRecord(text) === undefined));
  });
});
