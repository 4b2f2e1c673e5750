import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aloneIn, flockWithin, isFlocked, tryFlock } from '../../src/runtime/flock.js';
import { makePlace, type Place, sleep } from './support.js';

let place: Place;
let path: string;

beforeEach(() => {
  place = makePlace();
  path = join(place.runtime, 'a', 'swtpm.alive');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await place.clear();
});

describe('tryFlock', () => {
  it('gives a lock to one at a time, within this process too', async () => {
    const first = await tryFlock(path);
    expect([await isFlocked(path), await tryFlock(path)]).toEqual([true, undefined]);
    await first?.release();
    expect(await isFlocked(path)).toBe(false);
  });

  it('leaves it with a process that inherits it, to its end', async () => {
    const held = await tryFlock(path);
    const child = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', held?.descriptor] });
    await held?.release();
    expect(await isFlocked(path)).toBe(true);
    const late = flockWithin(path, 30);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await late)?.release();
    expect(await isFlocked(path)).toBe(false);
  });

  it('leaves no descriptor open where there is no flock', async () => {
    await (await tryFlock(path))?.release();
    const before = readdirSync('/proc/self/fd').length;
    vi.stubEnv('PATH', '/nowhere');
    for (let times = 0; times < 5; times++)
      await expect(tryFlock(path)).rejects.toMatchObject({ code: 'host.flock' });
    expect(readdirSync('/proc/self/fd').length).toBeLessThan(before + 5);
  });
});

describe('flockWithin', () => {
  it('gives up when the time has passed', async () => {
    const held = await tryFlock(path);
    expect(await flockWithin(path, 0.03)).toBeUndefined();
    await held?.release();
  });
});

describe('isFlocked', () => {
  it('makes no file', async () => {
    expect([await isFlocked(path), existsSync(path)]).toEqual([false, false]);
  });
});

describe('aloneIn', () => {
  it('lets one in at a time', async () => {
    const folder = join(place.runtime, 'a');
    mkdirSync(folder, { recursive: true });
    const script = 'exec 9<"$1" && flock -x 9 && echo held && exec sleep 60';
    const other = spawn('sh', ['-c', script, 'sh', folder], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(other.stdout, 'data');
    let done = false;
    const waiting = aloneIn(folder, () => {
      done = true;
    });
    await sleep(0.05);
    expect(done).toBe(false);
    other.kill('SIGKILL');
    await waiting;
    expect(done).toBe(true);
  });

  it('does nothing where the folder is gone, or another one by now', async () => {
    const folder = join(place.runtime, 'a');
    const work = vi.fn();
    await aloneIn(folder, work);
    mkdirSync(folder, { recursive: true });
    const script = 'exec 9<"$1" && flock -x 9 && echo held && exec sleep 60';
    const other = spawn('sh', ['-c', script, 'sh', folder], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(other.stdout, 'data');
    const waiting = aloneIn(folder, work);
    await sleep(0.05);
    rmdirSync(folder);
    mkdirSync(join(place.runtime, 'b'));
    mkdirSync(folder);
    other.kill('SIGKILL');
    await waiting;
    expect(work).not.toHaveBeenCalled();
  });
});
