import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepOldLogs, readTail, sizeOf } from '../../src/runtime/log-files.js';
import { pathsOf } from '../../src/runtime/names.js';
import { makePlace, type Place } from './support.js';

let place: Place;
let log: string;
beforeEach(() => {
  place = makePlace();
  log = join(place.folder, 'log');
});
afterEach(() => place.clear());

describe('readTail', () => {
  it('gives the last lines that are not empty', () => {
    writeFileSync(log, 'one\r\n\ntwo\n  \nthree\n');
    expect(readTail(log, 2)).toEqual(['two', 'three']);
    expect(readTail(log, 9)).toEqual(['one', 'two', 'three']);
  });

  it('gives none from before the byte that is said', () => {
    writeFileSync(log, 'old\nnew\n');
    expect(readTail(log, 9, sizeOf(log))).toEqual([]);
    expect(readTail(log, 9, 4)).toEqual(['new']);
    expect(readTail(log, 9, 1000)).toEqual([]);
  });

  it('is empty where there is no file', () => {
    expect(readTail(log, 9)).toEqual([]);
    expect(readTail(place.folder, 9)).toEqual([]);
    expect(sizeOf(log)).toBe(0);
  });

  it('reads only the end of a long log', () => {
    writeFileSync(log, `${'x'.repeat(1_000_000)}\nlast\n`);
    const lines = readTail(log, 9);
    expect(lines.at(-1)).toBe('last');
    expect(lines.join('').length).toBeLessThan(20_000);
  });
});

describe('keepOldLogs', () => {
  it('keeps one generation', () => {
    const paths = pathsOf('a');
    mkdirSync(paths.stateFolder, { recursive: true });
    for (const text of ['first', 'second']) {
      writeFileSync(paths.qemuLog, text);
      keepOldLogs({ paths, sideProcesses: [] });
    }
    expect(existsSync(paths.qemuLog)).toBe(false);
    expect(readFileSync(`${paths.qemuLog}.1`, 'utf8')).toBe('second');
  });
});
