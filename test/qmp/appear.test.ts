import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { untilThere } from '../../src/qmp/appear.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/vmq');
});
afterEach(() => rmSync(folder, { recursive: true }));

const late = () => new Error('late');

describe('untilThere', () => {
  it('sees what is there, and what comes, and nothing else', async () => {
    const path = join(folder, 'a.sock');
    const waiting = untilThere(path, { timeout: 5 }, late);
    writeFileSync(join(folder, 'other.sock'), '');
    setTimeout(() => writeFileSync(path, ''), 20);
    await waiting;
    await untilThere(path, { timeout: 0.01 }, late);
  });

  it('gives up past the deadline, at a signal, and where there is no folder', async () => {
    const path = join(folder, 'a.sock');
    await expect(untilThere(path, { timeout: 0.02 }, late)).rejects.toThrow('late');
    const signal = AbortSignal.timeout(20);
    await expect(untilThere(path, { timeout: 5, signal }, late)).rejects.toThrow(/timeout/i);
    await expect(untilThere(join(folder, 'no/a.sock'), { timeout: 5 }, late)).rejects.toThrow('ENOENT');
  });
});
