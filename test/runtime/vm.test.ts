import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { up } from '../../src/runtime/up.js';
import { get } from '../../src/runtime/vm.js';
import { skipBecause } from '../support/skip.js';
import { makePlace, noQemu, type Place, pidOf, sleep } from './support.js';

let place: Place;
let server: Server | undefined;
beforeEach(() => {
  place = makePlace();
});
afterEach(async () => {
  server?.close();
  server = undefined;
  await place.clear();
});

/** As if the guest printed it. */
const print = (text: string) => appendFileSync(join(place.state, 'a/serial.log'), text);

async function textOf(chunks: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk;
  return text;
}

describe('Vm', () => {
  skipBecause(noQemu);

  it('pauses, resumes and resets, and tells of it as it happens', async () => {
    const vm = await up(place.spec('a'));
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { vm: name, event, data, time } of vm.events()) {
        expect(name).toBe('a');
        expect(data).toBeTypeOf('object');
        expect(Math.abs(time - Date.now() / 1000)).toBeLessThan(60);
        // The firmware may reset the machine by itself.
        if (data.guest !== true) seen.push(event);
      }
    })();
    await sleep(0.1);
    await vm.pause();
    await vm.pause();
    expect((await vm.status()).state).toBe('paused');
    await vm.resume();
    await vm.reset();
    await vm.down({ force: true });
    await watching;
    expect(seen).toEqual(['STOP', 'RESUME', 'RESET', 'SHUTDOWN']);
  });

  it('ends a watch when it is told to, and tells a second watcher of the first', async () => {
    const vm = await up(place.spec('a'));
    const abort = new AbortController();
    const first = (async () => {
      for await (const event of vm.events({ signal: abort.signal })) expect(event).toBeUndefined();
    })();
    await sleep(0.1);
    const second = vm.events();
    await expect(second.next()).rejects.toMatchObject({ code: 'qmp.held' });
    abort.abort();
    await first;
    await vm.events({ signal: AbortSignal.abort() }).next();
  });

  it('has a monitor for the user', async () => {
    const vm = await up(place.spec('a'));
    const client = await vm.qmp();
    expect(await client.execute('query-name')).toEqual({ name: 'a' });
    // The other monitors are free meanwhile.
    expect((await vm.status()).state).toBe('running');
    await client.close();
  });

  it('connects to the serial port, one client at a time', async () => {
    const vm = await up(place.spec('a'));
    const console = await vm.console();
    await expect(vm.console()).rejects.toMatchObject({
      code: 'state.console-held',
      hint: expect.stringContaining('vm logs a'),
    });
    console.destroy();
    (await vm.console()).destroy();
    await expect(vm.console(1)).rejects.toMatchObject({ code: 'state.no-console' });
  });

  it('shows what was printed, also after its end', async () => {
    const vm = await up(place.spec('a'));
    print('first ä\n');
    expect(await textOf(vm.logs())).toBe('first ä\n');
    await vm.down({ force: true });
    expect(await textOf(vm.logs())).toBe('first ä\n');
    await expect(get('nobody').logs().next()).rejects.toMatchObject({ code: 'state.no-log' });
  });

  it('follows what is printed until it ends', async () => {
    const vm = await up(place.spec('a'));
    print('1');
    const followed = textOf(vm.logs({ follow: true }));
    for (const text of ['2', 'ä', '3']) {
      await sleep(0.05);
      for (const byte of Buffer.from(text))
        appendFileSync(join(place.state, 'a/serial.log'), Buffer.of(byte));
    }
    await vm.down({ force: true });
    expect(await followed).toBe('12ä3');
  });

  it('stops following when it is told to', async () => {
    const vm = await up(place.spec('a'));
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    expect(await textOf(vm.logs({ follow: true, qemu: true, signal: abort.signal }))).toBe('');
  });

  it('waits for a marker that came already, or comes in pieces', async () => {
    const vm = await up(place.spec('a'));
    print('boot… ready to go\n');
    await vm.wait({ marker: 'ready to' });
    const waiting = vm.wait({ marker: 'login: ' }, { timeout: 10 });
    for (const text of ['log', 'log', 'in', ': ']) {
      await sleep(0.02);
      print(text);
    }
    await waiting;
    await expect(vm.wait({ marker: 'never' }, { timeout: 0.1 })).rejects.toMatchObject({
      code: 'no.timeout',
      exitCode: 1,
    });
  });

  it('says that it has no serial port to show or to wait for', async () => {
    const vm = await up(place.spec('a', { serial: [] }));
    await expect(textOf(vm.logs())).rejects.toMatchObject({ code: 'state.no-log' });
    await expect(vm.wait({ marker: 'x' })).rejects.toMatchObject({ code: 'usage.wait' });
    await expect(vm.console()).rejects.toMatchObject({ code: 'state.no-console' });
  });

  it('waits until it runs', async () => {
    const vm = await up(place.spec('a'), { paused: true });
    const waiting = vm.wait('running', { timeout: 10 });
    await sleep(0.05);
    await vm.resume();
    await waiting;
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('enough')), 20);
    await vm.pause();
    await expect(vm.wait('running', { signal: abort.signal })).rejects.toThrow('enough');
  });

  it('says at once that it can never be so', async () => {
    const vm = await up(place.spec('a'));
    await expect(vm.wait('agent')).rejects.toMatchObject({
      code: 'usage.wait',
      hint: expect.stringContaining('guestAgent'),
    });
    await expect(vm.wait('ssh')).rejects.toMatchObject({
      code: 'usage.wait',
      hint: expect.stringContaining('forwards'),
    });
  });

  it("does not take a port that QEMU answers for the guest's SSH", async () => {
    server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server?.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => server?.close(resolve));
    const networks = [{ type: 'user', forwards: [`${port}:22`] }];
    const vm = await up(place.spec('a', { networks }));
    await expect(vm.wait('ssh', { timeout: 0.5 })).rejects.toMatchObject({ code: 'no.timeout' });
  });

  it('restarts from its file, with the overrides of its start', async () => {
    const vm = await up(place.spec('a'), { overrides: ['cpu.vcpus=1'] });
    const before = pidOf('a');
    await vm.restart({ force: true });
    expect(pidOf('a')).not.toBe(before);
    expect((await vm.status()).vcpus.length).toBe(1);
    place.spec('a', { memory: { size: 'much' } });
    await expect(vm.restart({ force: true })).rejects.toMatchObject({ code: 'spec.invalid' });
    expect((await vm.status()).state).toBe('running');
  });

  it('is not stopped for a restart that could not bring it back', async () => {
    const vm = await up(place.spec('a'));
    const before = pidOf('a');
    place.spec('a', { disks: [{ source: '/nowhere/disk.img' }] });
    await expect(vm.restart({ force: true })).rejects.toMatchObject({ code: 'host.disk' });
    place.spec('a');
    await expect(vm.restart({ force: true, wait: 'ssh' })).rejects.toMatchObject({ code: 'usage.wait' });
    expect(pidOf('a')).toBe(before);
    expect((await vm.status()).state).toBe('running');
  });

  it('finds files of its overrides again, wherever it is restarted', async () => {
    writeFileSync(join(place.folder, 'disk.img'), Buffer.alloc(65536));
    const overrides = ['disks[0]={source: disk.img}'];
    const vm = await up(place.spec('a'), { overrides, cwd: place.folder });
    await vm.restart({ force: true });
    expect((await vm.status()).state).toBe('running');
  });
});
