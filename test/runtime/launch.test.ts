import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VmError } from '../../src/errors.js';
import { list } from '../../src/runtime/list.js';
import { pathsOf } from '../../src/runtime/names.js';
import { readRecord } from '../../src/runtime/record.js';
import { userId } from '../../src/runtime/roots.js';
import { readScheduling } from '../../src/runtime/scheduling.js';
import { ownCpus } from '../../src/runtime/threads.js';
import { up } from '../../src/runtime/up.js';
import { skipBecause } from '../support/skip.js';
import { leftovers, makePlace, noQemu, type Place, pidOf, sleep } from './support.js';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.clear());

/** What a launch that failed must have left: only the state folder with logs. */
function expectNothingLeft(): void {
  expect(place.processes()).toEqual([]);
  expect(leftovers(place)).toEqual([]);
}

describe('up', () => {
  skipBecause(noQemu);

  it('ends with a guest that runs exactly what was compiled, and goes away without a trace', async () => {
    const steps: string[] = [];
    const vm = await up(place.spec('a'), { onProgress: (step) => steps.push(step) });
    expect(steps).toEqual(['planning', 'starting QEMU', 'placing threads']);
    const record = readRecord(pathsOf('a'));
    if (typeof record !== 'object') throw new Error('no record');
    const commandLine = readFileSync(`/proc/${pidOf('a')}/cmdline`, 'utf8')
      .split('\0')
      .slice(0, -1);
    expect(commandLine).toEqual(record.argv);
    expect(record).toMatchObject({
      phase: 'running',
      specFile: place.spec('a'),
      overrides: [],
      resources: [],
    });
    const files = readdirSync(join(place.runtime, 'a'));
    for (const socket of files.filter((file) => file.endsWith('.sock'))) {
      expect(statSync(join(place.runtime, 'a', socket)).mode & 0o777, socket).toBe(0o600);
    }
    expect(await vm.down({ force: true })).toMatchObject({ how: 'quit' });
    expectNothingLeft();
  });

  it('puts every thread on its CPUs', async () => {
    const cpus = ownCpus().slice(0, 2);
    const [first = 0, second = 0] = cpus;
    const placement = {
      vcpus: { 0: `${second}`, 1: `${first}` },
      emulator: `${first}`,
      ioThreads: `${second}`,
      exclusive: false,
    };
    const vm = await up(place.spec('a', { placement: { ...placement, reserve: 'none' }, ioThreads: 1 }));
    const { vcpus, threads } = await vm.status();
    expect(vcpus.map(({ index, cpus }) => [index, cpus])).toEqual([
      [0, [second]],
      [1, [first]],
    ]);
    const named = new Set(vcpus.map(({ threadId }) => threadId));
    for (const { name, threadId, cpus } of threads) {
      if (!named.has(threadId)) expect(cpus, name).toEqual([name === 'IO iothread0' ? second : first]);
    }
    expect(threads.length).toBeGreaterThan(vcpus.length + 1);
  });

  it('schedules vCPU threads as the spec says, and no others', async (context) => {
    const [emulator, cpu] = ownCpus();
    if (userId() !== 0) context.skip('real time is for root');
    if (cpu === undefined) context.skip('there is one CPU');
    const scheduler = { policy: 'fifo', priority: 7 };
    const placement = { vcpus: `${cpu}`, emulator: `${emulator}`, ioThreads: `${emulator}`, scheduler };
    const vm = await up(place.spec('a', { cpu: { vcpus: 1 }, placement, ioThreads: 1 }));
    const { vcpus, threads } = await vm.status();
    const [vcpu] = vcpus;
    expect(vcpu).toMatchObject({ index: 0, cpus: [cpu] });
    expect(readScheduling(vcpu?.threadId ?? 0)).toEqual(scheduler);
    const others = threads.filter(({ threadId }) => threadId !== vcpu?.threadId);
    expect(others.length).toBeGreaterThan(1);
    for (const { threadId, name, cpus } of others) {
      expect([name, readScheduling(threadId), cpus]).toEqual([
        name,
        { policy: 'other', priority: null },
        [emulator],
      ]);
    }
  });

  it('gives vCPUs that float all CPUs, not those of the emulator', async () => {
    const vm = await up(
      place.spec('a', { placement: { vcpus: 'none', emulator: `${ownCpus()[0]}`, reserve: 'none' } }),
    );
    for (const { cpus } of (await vm.status()).vcpus) expect(cpus).toEqual(ownCpus());
  });

  it('is won by one of two that start the same name at once', async () => {
    const spec = place.spec('a');
    const results = await Promise.allSettled([up(spec), up(spec)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = results.find((result) => result.status === 'rejected');
    expect(lost?.reason).toMatchObject({
      code: 'state.locked',
      message: expect.stringContaining('vm up (process'),
    });
    expect(place.processes()).toEqual([pidOf('a')]);
    await expect(up(spec)).rejects.toMatchObject({
      code: 'state.running',
      message: expect.stringContaining('a is running already'),
    });
    expect(await list()).toMatchObject([{ name: 'a', state: 'running', pid: pidOf('a') }]);
  });

  it('starts several side by side', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => up(place.spec(name))));
    expect((await list()).map(({ name, state }) => [name, state])).toEqual([
      ['a', 'running'],
      ['b', 'running'],
      ['c', 'running'],
    ]);
  });

  it('gives no CPU away twice', async () => {
    const [cpu = 0] = ownCpus();
    const placement = { vcpus: `${cpu}`, emulator: 'none', reserve: 'none', exclusive: true };
    await up(place.spec('a', { cpu: { vcpus: 1 }, placement }));
    const second = up(place.spec('b', { cpu: { vcpus: 1 }, placement }));
    await expect(second).rejects.toMatchObject({
      code: expect.stringMatching(/^host\.cpu-/),
      message: expect.stringContaining(`CPU ${cpu} is held b`),
    });
    expect((await list()).map(({ name }) => name)).toEqual(['a']);
  });

  it('tells in its own words why QEMU refuses to start, and the command', async () => {
    const error = await up(place.spec('a', { qemu: { extraArgs: ['-no-such'] } })).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(VmError);
    expect(error).toMatchObject({
      code: 'qemu.start-failed',
      message: expect.stringContaining('-no-such: invalid option'),
    });
    const { details } = error as VmError;
    expect(details[0]).toBe('QEMU said:');
    expect(details.slice(details.indexOf('The command was:')).join('\n')).toMatch(
      /qemu-system-x86_64 \\\n {2}-name .*\n {2}-no-such$/s,
    );
    expectNothingLeft();
  });

  it('refuses what this host lacks, all of it at once', async () => {
    const missing = { disks: [{ source: '/nowhere/1.img' }, { source: '/nowhere/2.img' }] };
    const error = await up(place.spec('a', missing)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      details: [expect.stringContaining('/nowhere/1.img'), expect.stringContaining('/nowhere/2.img')],
    });
    expect((error as VmError).code).toMatch(/^host\./);
    expectNothingLeft();
  });

  it('starts without a QEMU as a clear error', async () => {
    const spec = place.spec('a', { qemu: { binary: '/nowhere/qemu' } });
    await expect(up(spec)).rejects.toMatchObject({ code: 'qemu.not-found' });
    expectNothingLeft();
  });

  it('does nothing when it is interrupted before', async () => {
    const started = up(place.spec('a'), { signal: AbortSignal.abort() });
    await expect(started).rejects.toMatchObject({ code: 'interrupted.up', exitCode: 130 });
    expect(existsSync(place.runtime)).toBe(false);
  });

  it.each(['planning', 'starting QEMU', 'placing threads'])(
    'undoes everything when it is interrupted at: %s',
    async (step) => {
      const abort = new AbortController();
      const started = up(place.spec('a'), {
        signal: abort.signal,
        onProgress: (progress) => progress === step && abort.abort(),
      });
      await expect(started).rejects.toMatchObject({ code: 'interrupted.up' });
      expectNothingLeft();
    },
  );

  it('undoes everything when it is interrupted at any time', async () => {
    for (const seconds of [0.005, 0.02, 0.04, 0.06]) {
      const abort = new AbortController();
      const started = up(place.spec('a'), { signal: abort.signal });
      await sleep(seconds);
      abort.abort();
      const ended = await started.then(
        (vm) => vm.down({ force: true }),
        (error: unknown) => error,
      );
      expect(ended).toMatchObject(ended instanceof VmError ? { code: 'interrupted.up' } : { how: 'quit' });
      expectNothingLeft();
    }
  });

  it('undoes everything when what was written down cannot be read again', async () => {
    const abort = new AbortController();
    const started = up(place.spec('a'), {
      signal: abort.signal,
      onProgress: (step) => {
        if (step !== 'placing threads') return;
        writeFileSync(pathsOf('a').record, '{');
        abort.abort();
      },
    });
    await expect(started).rejects.toMatchObject({ code: 'interrupted.up' });
    expectNothingLeft();
  });

  it('takes the VM away again when it is interrupted as the guest begins to run', async () => {
    const abort = new AbortController();
    const cpu = { vcpus: 1, model: 'qemu64', nested: false, features: { vmx: true } };
    const started = up(place.spec('a', { cpu }), {
      signal: abort.signal,
      // QEMU's own warnings come last of all.
      onWarning: (text) => text.includes('support requested feature') && abort.abort(),
    });
    await expect(started).rejects.toMatchObject({ code: 'interrupted.up' });
    expectNothingLeft();
  });

  it('leaves the guest paused where that is asked for', async () => {
    const vm = await up(place.spec('a'), { paused: true });
    expect((await vm.status()).state).toBe('paused');
    await vm.resume();
    expect((await vm.status()).state).toBe('running');
  });

  it('tells the warnings of QEMU', async () => {
    const warnings: string[] = [];
    const cpu = { vcpus: 1, model: 'qemu64', nested: false, features: { vmx: true } };
    await up(place.spec('a', { cpu }), { onWarning: (text) => warnings.push(text) });
    expect(warnings.join('\n')).toContain("TCG doesn't support requested feature");
  });

  it('keeps the logs of the start before', async () => {
    const spec = place.spec('a', { qemu: { extraArgs: ['-no-such'] } });
    await expect(up(spec)).rejects.toThrow();
    await (await up(place.spec('a'))).down({ force: true });
    const log = (file: string) => readFileSync(join(place.state, 'a', file), 'utf8');
    expect(log('qemu.log.1')).toContain('-no-such');
    expect(log('qemu.log')).not.toContain('-no-such');
    expect(existsSync(join(place.state, 'a/serial.log'))).toBe(true);
  });

  it('waits for what is to be there, and says when that does not come', async () => {
    const started = up(place.spec('a'), { wait: 'never printed', timeout: 0.3 });
    await expect(started).rejects.toMatchObject({ code: 'no.timeout', exitCode: 1 });
    expect(await list()).toMatchObject([{ name: 'a', state: 'running' }]);
  });

  it('takes the VM away again when it is interrupted while it waits', async () => {
    const abort = new AbortController();
    const started = up(place.spec('a'), {
      wait: 'never printed',
      signal: abort.signal,
      onProgress: (step) => step.startsWith('waiting') && abort.abort(),
    });
    await expect(started).rejects.toMatchObject({ code: 'interrupted.up' });
    expectNothingLeft();
  });
});
