import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  identify,
  isAlive,
  livingStat,
  ourselves,
  parseStat,
  readStat,
  signalProcess,
  waitForExit,
} from '../../src/runtime/process.js';
import { sleep } from './support.js';

const line = (name: string, state = 'S') =>
  `4711 (${name}) ${state} 1 4711 4711 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 3 0 98765 1000 200 1844674407 1 1\n`;

describe('parseStat', () => {
  it('takes the fields behind the last parenthesis, whatever the name is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), (name) => {
        expect(parseStat(line(name))).toEqual({ name, state: 'S', startTime: 98765, threads: 3 });
      }),
    );
    expect(parseStat(line('a) S 1 (b'))).toEqual({
      name: 'a) S 1 (b',
      state: 'S',
      startTime: 98765,
      threads: 3,
    });
  });

  it('takes nothing else for a process', () => {
    for (const text of ['', '1 (a', '1 a) S', '1 (a) S 1 2', ') (']) expect(parseStat(text)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => void parseStat(text)));
  });
});

describe('identity', () => {
  it('is that of a process that lives, until it ends: a zombie is dead', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    const identity = identify(child.pid ?? 0);
    if (identity === undefined) throw new Error('sleep did not start');
    expect(isAlive(identity)).toBe(true);
    process.kill(identity.pid, 'SIGKILL');
    // We have not waited for it: node reaps it in a later turn.
    const end = performance.now() + 5000;
    while (isAlive(identity) && performance.now() < end);
    expect(readStat(identity.pid)?.state).toBe('Z');
    expect(isAlive(identity)).toBe(false);
    expect(identify(identity.pid)).toBeUndefined();
    await once(child, 'exit');
    expect(readStat(identity.pid)).toBeUndefined();
  });

  it('is no other process with the same pid, and none of another boot', () => {
    const self = ourselves();
    expect(isAlive(self)).toBe(true);
    expect(livingStat(self)?.name).toBe(readStat(process.pid)?.name);
    expect(isAlive({ ...self, startTime: self.startTime + 1 })).toBe(false);
    expect(isAlive({ ...self, bootId: '00000000-0000-0000-0000-000000000000' })).toBe(false);
  });

  it('is not signalled when the pid is another process by now', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    const identity = identify(child.pid ?? 0);
    if (identity === undefined) throw new Error('sleep did not start');
    signalProcess({ ...identity, startTime: identity.startTime - 1 }, 'SIGKILL');
    await sleep(0.05);
    expect(isAlive(identity)).toBe(true);
    expect(await waitForExit(identity, 0.02)).toBe(false);
    signalProcess(identity, 'SIGKILL');
    expect(await waitForExit(identity, 5)).toBe(true);
  });
});
