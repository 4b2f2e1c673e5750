import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cleaning, isLocked, lock, tryLeftLock, tryLock } from '../../src/runtime/lock.js';
import { makePlace, type Place, sleep } from './support.js';

let place: Place;
let path: string;
let holder: ChildProcess | undefined;

beforeEach(() => {
  place = makePlace();
  path = join(place.runtime, 'a', 'lock');
});
afterEach(async () => {
  holder?.kill('SIGKILL');
  holder = undefined;
  await place.clear();
});

/** Another process that holds the lock until it is killed. */
async function holdElsewhere(): Promise<ChildProcess> {
  const script = 'exec 9>>"$1" && flock -x 9 && echo held && exec sleep 60';
  const child = spawn('sh', ['-c', script, 'sh', path], { stdio: ['ignore', 'pipe', 'ignore'] });
  holder = child;
  await once(child.stdout, 'data');
  return child;
}

describe('tryLeftLock', () => {
  it('waits for what outlives a holder that was killed', async () => {
    await (await tryLock(path, 'vm up'))?.release();
    writeFileSync(path, '');
    const orphan = await holdElsewhere();
    const waiting = tryLeftLock(path, cleaning);
    await sleep(0.05);
    orphan.kill('SIGKILL');
    const taken = await waiting;
    expect(taken).toBeDefined();
    await taken?.release();
  });

  it('leaves the lock to a holder that lives', async () => {
    const held = await tryLock(path, 'vm up');
    expect(await tryLeftLock(path, cleaning)).toBeUndefined();
    await held?.release();
  });
});

describe('tryLock', () => {
  it('gives a lock to one at a time, within this process too', async () => {
    const first = await tryLock(path, 'vm up');
    expect(first).toBeDefined();
    expect(await isLocked(path)).toBe(true);
    expect(await tryLock(path, 'vm up')).toBeUndefined();
    await first?.release();
    expect(await isLocked(path)).toBe(false);
    const second = await tryLock(path, 'vm up');
    expect(second).toBeDefined();
    await second?.release();
  });

  it('gives it to one of many who ask at once, also while it is taken away again and again', async () => {
    let inside = 0;
    let most = 0;
    const visit = async () => {
      const held = await lock(path, 'test', { subject: 'a', timeout: 30 });
      inside += 1;
      most = Math.max(most, inside);
      await sleep(0.002);
      inside -= 1;
      await held.remove();
    };
    await Promise.all(Array.from({ length: 8 }, visit));
    expect(most).toBe(1);
    expect(existsSync(path)).toBe(false);
    expect(existsSync(join(place.runtime, 'a'))).toBe(false);
  });

  it('is free when its holder was killed', async () => {
    await (await tryLock(path, 'vm up'))?.release();
    const child = await holdElsewhere();
    expect(await isLocked(path)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await isLocked(path)).toBe(false);
  });

  it('is not there where there is no file', async () => {
    expect(await isLocked(path)).toBe(false);
    expect(existsSync(path)).toBe(false);
  });
});

describe('a lock that cannot be taken', () => {
  it('leaves no descriptor open', async () => {
    await (await tryLock(path, 'vm up'))?.release();
    const before = readdirSync('/proc/self/fd').length;
    vi.stubEnv('PATH', '/nowhere');
    for (let times = 0; times < 5; times++)
      await expect(tryLock(path, 'vm up')).rejects.toMatchObject({ code: 'host.flock' });
    expect(readdirSync('/proc/self/fd').length).toBeLessThan(before + 5);
  });
});

describe('lock', () => {
  it('names who holds it', async () => {
    const held = await tryLock(path, 'vm up');
    expect(readFileSync(path, 'utf8')).toBe(`${process.pid} vm up\n`);
    await expect(lock(path, 'vm down', { subject: 'a', timeout: 0.05 })).rejects.toMatchObject({
      code: 'state.locked',
      message: `a is locked: vm up (process ${process.pid}) is at work on it`,
    });
    await held?.release();
  });

  it('waits for a clean-up even where it would not wait for others', async () => {
    const held = await tryLock(path, cleaning);
    const waiting = lock(path, 'vm up', { subject: 'a', timeout: 0 });
    await sleep(0.1);
    await held?.release();
    await (await waiting).release();
  });

  it('tells of a holder that has not said who it is', async () => {
    await (await tryLock(path, 'vm up'))?.release();
    await holdElsewhere();
    writeFileSync(path, 'rubbish');
    const abort = new AbortController();
    const waiting = lock(path, 'vm up', { subject: 'a', timeout: 0, signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 100);
    await expect(waiting).rejects.toThrow('enough');
  });
});
