import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cleaning, lock, readHolder, removeDead, tryLock } from '../../src/runtime/lock.js';
import { bootId, identify, ourselves } from '../../src/runtime/process.js';
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

function hold(text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  symlinkSync(text, path);
}

/** Another process that holds the lock until it is killed. */
function holdElsewhere(): ChildProcess {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  holder = child;
  hold(`${child.pid} ${identify(child.pid ?? 0)?.startTime} ${bootId()} vm up`);
  return child;
}

/** As many as like go in; how many were inside at once, at most. */
async function crowd(visitors: number): Promise<number> {
  let inside = 0;
  let most = 0;
  const visit = async () => {
    const held = await lock(path, 'test', { subject: 'a', timeout: 30 });
    inside += 1;
    most = Math.max(most, inside);
    await sleep(0.002);
    inside -= 1;
    held.remove();
  };
  await Promise.all(Array.from({ length: visitors }, visit));
  return most;
}

describe('tryLock', () => {
  it('gives a lock to one at a time, within this process too', async () => {
    const first = await tryLock(path, 'vm up');
    expect(first).toBeDefined();
    expect(await tryLock(path, 'vm up')).toBeUndefined();
    first?.release();
    expect(readHolder(path)).toBeUndefined();
    const second = await tryLock(path, 'vm up');
    expect(second).toBeDefined();
    // Released already: it is not its own any more.
    first?.release();
    expect(readHolder(path)).toBeDefined();
    second?.release();
  });

  it('gives it to one of many who ask at once, also while it is taken away again and again', async () => {
    expect(await crowd(8)).toBe(1);
    expect(existsSync(dirname(path))).toBe(false);
  });

  it('gives the lock of a dead holder to one of many who find it at once', async () => {
    hold(`${process.pid} 1 ${bootId()} vm up`);
    expect(await crowd(8)).toBe(1);
    expect(existsSync(dirname(path))).toBe(false);
  });

  it.each([
    ['of another boot', () => `${process.pid} ${ourselves().startTime} another-boot vm up`],
    ['whose pid is another process now', () => `${process.pid} 1 ${bootId()} vm up`],
    ['that nobody wrote so', () => 'rubbish'],
  ])('is free where the holder is one %s', async (_, text) => {
    hold(text());
    const taken = await tryLock(path, 'vm up');
    expect(readHolder(path)).toMatchObject({ ...ourselves(), purpose: 'vm up' });
    taken?.release();
  });

  it('is free when its holder was killed', async () => {
    const child = holdElsewhere();
    expect(await tryLock(path, 'vm up')).toBeUndefined();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const taken = await tryLock(path, 'vm up');
    expect(taken).toBeDefined();
    taken?.release();
  });

  it('refuses what is none, and leaves it there', async () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, '');
    await expect(tryLock(path, 'vm up')).rejects.toMatchObject({ code: 'state.folder' });
    expect(existsSync(path)).toBe(true);
  });
});

describe('release', () => {
  it('bears that the folder was removed', async () => {
    const held = await tryLock(path, 'vm up');
    rmSync(dirname(path), { recursive: true });
    held?.remove();
  });
});

describe('removeDead', () => {
  it('takes away what a killed holder left, and nothing else', async () => {
    const child = holdElsewhere();
    await removeDead(path);
    expect(readlinkSync(path)).toContain(`${child.pid} `);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await removeDead(path);
    expect(() => readlinkSync(path)).toThrow('ENOENT');
    await removeDead(path);
  });
});

describe('lock', () => {
  it('names who holds it', async () => {
    const held = await tryLock(path, 'vm up');
    await expect(lock(path, 'vm down', { subject: 'a', timeout: 0.05 })).rejects.toMatchObject({
      code: 'state.locked',
      message: `a is locked: vm up (process ${process.pid}) is at work on it`,
    });
    held?.release();
  });

  it('waits for a clean-up even where it would not wait for others', async () => {
    const held = await tryLock(path, cleaning);
    const waiting = lock(path, 'vm up', { subject: 'a', timeout: 0 });
    await sleep(0.1);
    held?.release();
    (await waiting).release();
  });

  it('gives up at a signal', async () => {
    holdElsewhere();
    const abort = new AbortController();
    const waiting = lock(path, 'vm up', { subject: 'a', timeout: 30, signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 50);
    await expect(waiting).rejects.toThrow('enough');
  });
});
