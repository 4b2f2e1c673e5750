import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VmError } from '../../src/errors.js';
import { QmpClient } from '../../src/qmp/client.js';
import { list } from '../../src/runtime/list.js';
import { tryLock } from '../../src/runtime/lock.js';
import { pathsOf } from '../../src/runtime/names.js';
import { identify, ourselves, waitForExit } from '../../src/runtime/process.js';
import { readRecord, type VmRecord, writeRecord } from '../../src/runtime/record.js';
import { up } from '../../src/runtime/up.js';
import { get, type Vm } from '../../src/runtime/vm.js';
import { skipBecause } from '../support/skip.js';
import { leftovers, makePlace, noQemu, type Place, pidOf, sleep } from './support.js';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.clear());

function expectNothingLeft(): void {
  expect(place.processes()).toEqual([]);
  expect(leftovers(place)).toEqual([]);
}

async function kill(pid: number): Promise<void> {
  const identity = identify(pid);
  process.kill(pid, 'SIGKILL');
  if (identity !== undefined) expect(await waitForExit(identity, 5)).toBe(true);
}

/** Ends QEMU in order, as a guest does that powers off. */
async function powerOff(vm: Vm): Promise<void> {
  const identity = identify(pidOf(vm.name));
  const client = await vm.qmp();
  await client.execute('quit');
  await client.close();
  if (identity !== undefined) expect(await waitForExit(identity, 5)).toBe(true);
}

/** A `vm` that is dead. */
const dead = { ...ourselves(), startTime: 1 };

async function rewrite(name: string, change: Partial<VmRecord>): Promise<void> {
  const record = readRecord(pathsOf(name));
  if (typeof record !== 'object') throw new Error('no record');
  writeRecord(pathsOf(name), { ...record, ...change });
}

describe('a QEMU that is frozen', () => {
  skipBecause(noQemu);

  it('is unresponsive, not stopped; only force ends it', async () => {
    const vm = await up(place.spec('a'));
    const pid = pidOf('a');
    process.kill(pid, 'SIGSTOP');
    expect(await list()).toMatchObject([{ name: 'a', state: 'unresponsive', pid }]);
    const status = await vm.status();
    expect(status).toMatchObject({
      state: 'unresponsive',
      pid,
      next: expect.stringContaining(`kill -CONT ${pid}`),
    });
    expect(status.vcpus.map(({ index }) => index)).toEqual([0, 1]);
    await expect(vm.down({ timeout: 30 })).rejects.toMatchObject({
      code: 'state.not-stopped',
      hint: expect.stringContaining('--force'),
    });
    await expect(up(place.spec('a'))).rejects.toMatchObject({ code: 'state.running' });
    process.kill(pid, 'SIGCONT');
    expect((await vm.status()).state).toBe('running');
    process.kill(pid, 'SIGSTOP');
    expect(await vm.down({ force: true })).toMatchObject({ how: 'killed' });
    expectNothingLeft();
  });
});

describe('many who look at once', () => {
  skipBecause(noQemu);

  it('all see the truth: none keeps the others out', async () => {
    await Promise.all(['a', 'b'].map((name) => up(place.spec(name))));
    const lists = await Promise.all(Array.from({ length: 12 }, () => list()));
    for (const seen of lists) expect(seen.map(({ state }) => state)).toEqual(['running', 'running']);
  });

  it('see a VM that runs while other clients hold its monitors', async () => {
    const vm = await up(place.spec('a'));
    const { sockets } = await vm.status();
    const clients = await Promise.all(
      [sockets.control, sockets.events].map((socket) => QmpClient.connect(socket)),
    );
    expect(await list()).toMatchObject([{ name: 'a', state: 'running' }]);
    expect((await vm.status()).vcpus.map(({ index }) => index)).toEqual([0, 1]);
    await Promise.all(clients.map((client) => client.close()));
  });
});

describe('a QEMU that was killed', () => {
  skipBecause(noQemu);

  it('is crashed until the next up', async () => {
    const vm = await up(place.spec('a'));
    await kill(pidOf('a'));
    for (let times = 0; times < 2; times++) {
      expect(await list()).toMatchObject([
        { name: 'a', state: 'crashed', pid: null, uptime: null, vcpus: 2, memory: 64 * 1024 ** 2 },
      ]);
    }
    expect(await vm.status()).toMatchObject({
      state: 'crashed',
      pid: null,
      vcpus: [],
      threads: [],
      lastWords: [],
    });
    await expect(vm.pause()).rejects.toMatchObject({ code: 'state.not-running' });
    await expect(vm.wait('running')).rejects.toMatchObject({ code: 'qemu.died' });
    await up(place.spec('a'));
    expect((await vm.status()).state).toBe('running');
  });

  it('is crashed until the next down, with its last words', async () => {
    const vm = await up(place.spec('a'));
    process.kill(pidOf('a'), 'SIGTERM');
    const identity = identify(pidOf('a'));
    if (identity !== undefined) await waitForExit(identity, 5);
    const { state, lastWords } = await vm.status();
    expect(state).toBe('crashed');
    expect(lastWords.join('\n')).toContain('terminating on signal 15');
    expect(await vm.down()).toMatchObject({ how: 'was-dead' });
    expectNothingLeft();
    await expect(vm.down()).rejects.toMatchObject({ code: 'state.no-such-vm' });
    await expect(vm.status()).rejects.toMatchObject({ code: 'state.no-such-vm' });
    expectNothingLeft();
  });

  it('ends a wait at once', async () => {
    const vm = await up(place.spec('a'));
    const waiting = vm.wait({ marker: 'never printed' }, { timeout: 60 });
    setTimeout(() => process.kill(pidOf('a'), 'SIGKILL'), 50);
    await expect(waiting).rejects.toMatchObject({ code: 'qemu.died' });
  });
});

describe('a guest that powers off', () => {
  skipBecause(noQemu);

  it('is stopped: what it left goes with the next look', async () => {
    const vm = await up(place.spec('a'));
    await powerOff(vm);
    expect(existsSync(pathsOf('a').record)).toBe(true);
    expect(await list()).toEqual([]);
    expectNothingLeft();
  });

  it('is stopped whatever QEMU complained of while it ran', async () => {
    const vm = await up(place.spec('a'));
    appendFileSync(
      join(place.state, 'a/qemu.log'),
      'qemu-system-x86_64: Failed to connect to /x: No such file\n',
    );
    await powerOff(vm);
    expect(await list()).toEqual([]);
    expectNothingLeft();
  });

  it('can be started again at once, also while a down takes away what it left', async () => {
    for (let times = 0; times < 4; times++) {
      const vm = await up(place.spec('a'));
      const stopped = vm.down({ timeout: 30 });
      await sleep(0.1);
      await powerOff(vm);
      // As it takes the lock: 5 ms between two looks at QEMU, and some for the lock itself.
      await sleep(times * 0.003);
      await up(place.spec('a'));
      expect(await stopped).toMatchObject({ how: 'guest' });
      expect(await vm.down({ force: true })).toMatchObject({ how: 'quit' });
    }
  });

  it('ends a down that waits for it', async () => {
    const vm = await up(place.spec('a'));
    const steps: string[] = [];
    const stopped = vm.down({ timeout: 30, onProgress: (step) => steps.push(step) });
    await sleep(0.2);
    expect(await list()).toMatchObject([{ name: 'a', state: 'stopping' }]);
    await powerOff(vm);
    expect(await stopped).toMatchObject({ how: 'guest', seconds: expect.closeTo(0.2, 0) });
    expect(steps).toEqual(['power button pressed, waiting for the guest (0 of 30 s)']);
    expectNothingLeft();
  });

  it('ends a wait for its end', async () => {
    const vm = await up(place.spec('a'));
    await expect(vm.wait('stopped', { timeout: 0.1 })).rejects.toMatchObject({ code: 'no.timeout' });
    const waiting = vm.wait('stopped', { timeout: 30 });
    await powerOff(vm);
    await waiting;
    await vm.wait('stopped');
  });
});

describe('down', () => {
  skipBecause(noQemu);

  it('says what to do when the guest ignores the button, and leaves it running', async () => {
    const vm = await up(place.spec('a'));
    await expect(vm.down({ timeout: 0.2 })).rejects.toMatchObject({
      code: 'state.not-stopped',
      message: 'the guest of a did not power off within 0.2 s; it goes on running',
    });
    expect(await vm.status()).toMatchObject({ state: 'running', pid: pidOf('a') });
    await rewrite('a', {});
    expect(readRecord(pathsOf('a'))).toMatchObject({ phase: 'running' });
  });

  it('can be forced while another one waits for the guest', async () => {
    const vm = await up(place.spec('a'));
    const patient = vm.down({ timeout: 30 });
    await sleep(0.1);
    expect(await vm.down({ force: true })).toMatchObject({ how: 'quit' });
    expect(await patient).toMatchObject({ how: 'guest' });
    expectNothingLeft();
  });

  it('asks first where it is given time, and then forces', async () => {
    const vm = await up(place.spec('a'));
    expect(await vm.down({ force: true, timeout: 0.1 })).toMatchObject({ how: 'quit' });
    expectNothingLeft();
  });

  it('says who keeps it from asking, and never that it asked', async () => {
    const vm = await up(place.spec('a'), { paused: true });
    const other = await QmpClient.connect((await vm.status()).sockets.control);
    const steps: string[] = [];
    const start = performance.now();
    const error: unknown = await vm
      .down({ timeout: 0.6, onProgress: (step) => steps.push(step) })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'state.not-stopped',
      message: expect.stringContaining('could not be asked to power off within 0.6 s'),
      details: [expect.stringMatching(/^QEMU's monitor: Another client/)],
      hint: expect.stringContaining('--force'),
    });
    expect(performance.now() - start).toBeLessThan(3000);
    expect(steps).toEqual([expect.stringMatching(/^the power button can't be pressed yet: Another client/)]);
    expect(await vm.down({ force: true })).toMatchObject({ how: 'terminated' });
    await other.close();
    expectNothingLeft();
  });

  it('resumes a paused guest, and says so', async () => {
    const vm = await up(place.spec('a'), { paused: true });
    const steps: string[] = [];
    await expect(vm.down({ timeout: 0.1, onProgress: (step) => steps.push(step) })).rejects.toThrow(
      'it goes on running; it was paused before',
    );
    expect(steps[0]).toBe('the guest is paused: it is resumed, so that it can power off');
    expect((await vm.status()).state).toBe('running');
  });

  it('stops waiting when it is interrupted', async () => {
    const vm = await up(place.spec('a'));
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    await expect(vm.down({ signal: abort.signal })).rejects.toMatchObject({ code: 'interrupted.down' });
    expect((await vm.status()).state).toBe('running');
  });
});

describe('what a killed `vm` leaves', () => {
  skipBecause(noQemu);

  it('is rolled back where it had noted its QEMU', async () => {
    await up(place.spec('a'), { paused: true });
    await rewrite('a', { phase: 'starting', commander: dead });
    expect(await list()).toEqual([]);
    expectNothingLeft();
  });

  it('is rolled back where it had not', async () => {
    await up(place.spec('a'), { paused: true });
    await rewrite('a', { phase: 'starting', commander: dead, qemu: null });
    await expect(get('a').status()).rejects.toMatchObject({ code: 'state.no-such-vm' });
    expectNothingLeft();
  });

  it('is rolled back where QEMU had no pidfile yet: it holds a lock that it inherited', async () => {
    await up(place.spec('a'), { paused: true });
    await rewrite('a', { phase: 'starting', commander: dead, qemu: null });
    rmSync(pathsOf('a').pidfile);
    await up(place.spec('b'));
    expect((await list()).map(({ name }) => name)).toEqual(['b']);
    expect(place.processes()).toEqual([pidOf('b')]);
  });

  it('is rolled back where it had noted nothing', async () => {
    mkdirSync(pathsOf('a').folder, { recursive: true });
    symlinkSync(`${dead.pid} ${dead.startTime} ${dead.bootId} vm up`, pathsOf('a').lock);
    expect(await list()).toEqual([]);
    expectNothingLeft();
  });

  it('is left alone while it lives', async () => {
    await up(place.spec('a'), { paused: true });
    await rewrite('a', { phase: 'starting', commander: ourselves() });
    const held = await tryLock(pathsOf('a').lock, 'vm up');
    expect(await list()).toMatchObject([{ name: 'a', state: 'starting', pid: pidOf('a') }]);
    const waiting = get('a').wait('running', { timeout: 10 });
    await sleep(0.15);
    await rewrite('a', { phase: 'running' });
    held?.release();
    await get('a').resume();
    await waiting;
  });

  it('is rolled back while the process lives that failed to', async () => {
    await up(place.spec('a'), { paused: true });
    await rewrite('a', { phase: 'starting', commander: ourselves() });
    expect(await list()).toEqual([]);
    expectNothingLeft();
  });

  it('is rolled back without harm to a process that has the same file open', async () => {
    await up(place.spec('a'), { paused: true });
    await kill(pidOf('a'));
    await rewrite('a', { phase: 'starting', commander: dead, qemu: null });
    const script = 'exec 9<>"$1" && flock 9 && echo held && exec sleep 60';
    const other = spawn('sh', ['-c', script, 'sh', pathsOf('a').aliveFile], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(other.stdout, 'data');
    expect(await list()).toEqual([]);
    expect(identify(other.pid ?? 0)).toBeDefined();
    other.kill('SIGKILL');
    expectNothingLeft();
  });

  it('is a VM that goes on, where it was a stop', async () => {
    const vm = await up(place.spec('a'));
    await rewrite('a', { phase: 'stopping', commander: dead });
    expect((await vm.status()).state).toBe('running');
    await kill(pidOf('a'));
    expect(await list()).toEqual([]);
    expectNothingLeft();
  });
});

describe('a record that is damaged', () => {
  skipBecause(noQemu);

  it('is told, harms nobody else, and is taken away by down when its QEMU is gone', async () => {
    const vm = await up(place.spec('a'));
    await up(place.spec('b'));
    const pid = pidOf('a');
    writeFileSync(join(place.runtime, 'a/record.json'), '{"version":1,');
    expect(await list()).toMatchObject([
      { name: 'a', state: 'running', pid },
      { name: 'b', state: 'running' },
    ]);
    const broken = { code: 'state.broken-record', hint: expect.stringContaining(`kill ${pid}`) };
    await expect(vm.status()).rejects.toMatchObject(broken);
    await expect(vm.down({ force: true })).rejects.toMatchObject(broken);
    await expect(up(place.spec('a'))).rejects.toMatchObject({ code: 'state.running' });
    const warnings: string[] = [];
    await get('b').down({ force: true });
    await up(place.spec('b'), { onWarning: (text) => warnings.push(text) });
    expect(warnings).toContain(
      "the record of a can't be read: CPUs that it has for itself may be given away again",
    );
    await kill(pid);
    expect((await list())[0]).toMatchObject({ name: 'a', state: 'crashed', pid: null });
    expect(await vm.down()).toMatchObject({ how: 'was-dead' });
    expect((await list()).map(({ name }) => name)).toEqual(['b']);
  });
});

describe('a record that was removed', () => {
  skipBecause(noQemu);

  it('costs no QEMU its life', async () => {
    await up(place.spec('a'));
    const pid = pidOf('a');
    rmSync(pathsOf('a').record);
    expect(await list()).toMatchObject([{ name: 'a', state: 'running', pid }]);
    await expect(up(place.spec('a'))).rejects.toMatchObject({ code: 'state.running' });
    rmSync(pathsOf('a').pidfile);
    await expect(up(place.spec('a'))).rejects.toMatchObject({
      code: 'state.running',
      message: expect.stringContaining('lives'),
    });
    expect(place.processes()).toEqual([pid]);
  });
});

describe('a name that is none', () => {
  it('is refused', () => {
    for (const name of ['', '../x', 'a,b', 'a\nb', 'x'.repeat(65), '.hidden']) {
      expect(() => get(name), name).toThrow(VmError);
    }
  });

  it('and one that is unknown leaves no folder', async () => {
    await expect(get('nobody').down()).rejects.toMatchObject({ code: 'state.no-such-vm' });
    expect(existsSync(place.runtime)).toBe(false);
    expect(await list()).toEqual([]);
  });
});
