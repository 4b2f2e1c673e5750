import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kernelWrite, settleWrites } from '../../src/host/kernel-write.js';
import { until } from '../support/cli.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vm-write-'));
  path = join(folder, 'unbind');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A pipe that nobody reads yet: who opens it for writing waits, as in a driver that does not let its device go. */
const hanging = () => execFileSync('mkfifo', [path]);

describe('a write', () => {
  it('goes into a file that is there, and makes none', async () => {
    expect(await kernelWrite(path, '1\n', 5)).toBe('No such file or directory');
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, '');
    expect(await kernelWrite(path, '1\n', 5)).toBeUndefined();
    expect(readFileSync(path, 'utf8')).toBe('1\n');
  });

  it('has its refusal in the words of the system', async () => {
    expect(await kernelWrite('/proc/version', '1\n', 5)).toMatch(/^(Permission denied|Input\/output error)$/);
  });

  it('that hangs is given up', async () => {
    hanging();
    const start = performance.now();
    expect(await kernelWrite(path, '1\n', 0.3)).toBe('no answer within 0.3 s');
    expect(performance.now() - start).toBeLessThan(5000);
    await settleWrites([folder], 5);
  });
});

describe('a write whose command was killed', () => {
  it('is waited for, wherever below the folder it is, and ends as it was begun', async () => {
    hanging();
    const fixture = join(import.meta.dirname, 'kernel-write.fixture.ts');
    const command = spawn(process.execPath, ['--import', 'tsx', fixture, path, '0000:65:00.0\n']);
    await until('the write is under way', () => isWritten());
    command.kill('SIGKILL');
    await once(command, 'close');

    await expect(settleWrites([path], 0.2)).rejects.toMatchObject({
      code: 'host.sysfs',
      message: expect.stringMatching(
        /unbind that an earlier command began has not ended \(process \d+\)$/,
      ) as string,
    });
    await settleWrites([`${path}s`, join(folder, 'other')], 0);
    let settled = false;
    const settling = settleWrites([folder], 10).then(() => (settled = true));
    await new Promise((wake) => setTimeout(wake, 200));
    expect(settled).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('0000:65:00.0\n');
    await settling;
  });

  /** Whether a process has the file as its target. */
  function isWritten(): boolean {
    try {
      execFileSync('pgrep', ['-xf', `dd of=${path} conv=nocreat status=none`]);
      return true;
    } catch {
      return false;
    }
  }
});
