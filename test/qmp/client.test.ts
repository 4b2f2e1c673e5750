import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { QmpClient } from '../../src/qmp/client.js';
import { QmpCommandError, QmpError } from '../../src/qmp/errors.js';
import { connected, FakeMonitor, greeting } from './fake-monitor.js';

const timestamp = { seconds: 1, microseconds: 2 };

describe('connect', () => {
  it('negotiates and knows the version', async () => {
    await using monitor = await FakeMonitor.start((peer) => peer.negotiate());
    await using client = await QmpClient.connect(monitor.path);
    expect(client.greeting).toEqual(greeting.QMP);
  });

  it('says that there is no socket', async () => {
    await expect(QmpClient.connect('/nonexistent/monitor.sock')).rejects.toMatchObject({
      code: 'qmp.unreachable',
      exitCode: 5,
      message: "Can't connect to /nonexistent/monitor.sock: there is no such socket.",
    });
  });

  it.each(['/x'.repeat(54), '/run/a\0b'])('refuses a path that no socket can have: %j', async (path) => {
    await expect(QmpClient.connect(path)).rejects.toMatchObject({ code: 'qmp.unreachable' });
  });

  it.each([
    ['another greeting', '{"hello":1}\n'],
    ['a human monitor', "QEMU 7.2.22 monitor - type 'help' for more information\r\n"],
  ])('refuses what is no QMP monitor: %s', async (_, text) => {
    await using monitor = await FakeMonitor.start((peer) => peer.sendText(text));
    await expect(QmpClient.connect(monitor.path)).rejects.toMatchObject({ code: 'qmp.malformed' });
  });

  it('fails when QEMU hangs up instead of greeting', async () => {
    await using monitor = await FakeMonitor.start((peer) => peer.socket.destroy());
    await expect(QmpClient.connect(monitor.path)).rejects.toMatchObject({ code: 'qmp.closed' });
  });

  it('fails when the negotiation is refused, and leaves no connection', async () => {
    let hungUp: Promise<void> | undefined;
    await using monitor = await FakeMonitor.start(async (peer) => {
      hungUp = new Promise((resolve) => peer.socket.once('close', () => resolve()));
      peer.send(greeting);
      await peer.next();
      peer.send({ error: { class: 'GenericError', desc: 'no' } });
    });
    await expect(QmpClient.connect(monitor.path)).rejects.toMatchObject({ code: 'qmp.malformed' });
    await hungUp;
  });

  it('tells silence by the deadline', async () => {
    await using monitor = await FakeMonitor.start(() => undefined);
    await expect(QmpClient.connect(monitor.path, { greetingTimeout: 0.05 })).rejects.toMatchObject({
      code: 'qmp.no-greeting',
      message: `QEMU does not answer on ${monitor.path} within 0.05 s.`,
    });
  });

  it('tells silence after the greeting just so: the main loop may hang', async () => {
    await using monitor = await FakeMonitor.start((peer) => peer.send(greeting));
    const { path } = monitor;
    const [first, second] = await Promise.allSettled([
      QmpClient.connect(path, { greetingTimeout: 0.05 }),
      QmpClient.connect(path, { greetingTimeout: 0.05 }),
    ]);
    for (const { status, reason } of [first, second] as PromiseRejectedResult[]) {
      expect(status).toBe('rejected');
      expect(reason).toMatchObject({
        code: 'qmp.no-greeting',
        message: `QEMU does not answer on ${path} within 0.05 s.`,
      });
    }
  });

  it('gives up with the reason of the signal', async () => {
    await using monitor = await FakeMonitor.start(() => undefined);
    const abort = new AbortController();
    const connecting = QmpClient.connect(monitor.path, { signal: abort.signal });
    const reason = new Error('Ctrl-C');
    setTimeout(() => abort.abort(reason), 10);
    await expect(connecting).rejects.toBe(reason);
    await expect(QmpClient.connect(monitor.path, { signal: abort.signal })).rejects.toBe(reason);
  });

  it('loses no event that comes right before or behind the end of the negotiation', async () => {
    const event = { event: 'STOP', timestamp };
    await using monitor = await FakeMonitor.start(async (peer) => {
      peer.send(greeting);
      await peer.next();
      peer.send(event, { return: {} }, event);
    });
    await using client = await QmpClient.connect(monitor.path);
    const events = client.events();
    const expected = { done: false, value: { ...event, data: {} } };
    expect([await events.next(), await events.next()]).toEqual([expected, expected]);
  });
});

describe('connectWhenReady', () => {
  async function folderFor<T>(use: (folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'qmp-ready-'));
    try {
      return await use(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it('waits for the socket, over a stale one of an earlier QEMU', async () => {
    await folderFor(async (folder) => {
      const path = join(folder, 'monitor.sock');
      const connecting = QmpClient.connectWhenReady(path, { timeout: 5 });
      await new Promise((resolve) => setTimeout(resolve, 30));
      const server = createServer((socket) => {
        socket.on('data', (chunk) => {
          const { id } = JSON.parse(String(chunk)) as { id: number };
          socket.write(`${JSON.stringify({ return: {}, id })}\n`);
        });
        socket.write(`${JSON.stringify(greeting)}\n`);
      }).listen(path);
      await (await connecting).close();
      await new Promise((resolve) => server.close(resolve));
    });
  });

  it('gives up at the deadline', async () => {
    await folderFor(async (folder) => {
      const waiting = QmpClient.connectWhenReady(join(folder, 'none.sock'), { timeout: 0.05 });
      await expect(waiting).rejects.toMatchObject({ code: 'qmp.unreachable' });
    });
  });

  it('gives up at once when the signal says that QEMU is gone', async () => {
    await folderFor(async (folder) => {
      const exited = new AbortController();
      const reason = new Error('QEMU exited');
      const waiting = QmpClient.connectWhenReady(join(folder, 'none.sock'), { signal: exited.signal });
      setTimeout(() => exited.abort(reason), 10);
      await expect(waiting).rejects.toBe(reason);
    });
  });

  it('does not wait for what never comes', async () => {
    await expect(QmpClient.connectWhenReady('/x'.repeat(54))).rejects.toMatchObject({
      code: 'qmp.unreachable',
    });
  });
});

describe('execute', () => {
  it('sends arguments and an id, and gives what was returned', async () => {
    let request: unknown;
    await using fake = await connected(async (peer) => {
      const received = await peer.next();
      request = received;
      peer.send({ return: 'text', id: received.id });
    });
    const answer = await fake.client.execute('human-monitor-command', { 'command-line': 'info version' });
    expect(answer).toBe('text');
    expect(request).toEqual({
      execute: 'human-monitor-command',
      arguments: { 'command-line': 'info version' },
      id: 1,
    });
  });

  it('tells answers apart by id, in any order', async () => {
    await using fake = await connected(async (peer) => {
      const requests = [await peer.next(), await peer.next(), await peer.next()];
      for (const { id, execute } of requests.reverse()) peer.send({ return: execute, id });
    });
    const names = ['stop', 'cont', 'query-status'];
    expect(await Promise.all(names.map((name) => fake.client.executeRaw(name)))).toEqual(names);
  });

  it('rejects with class and description', async () => {
    await using fake = await connected(async (peer) => {
      const { id } = await peer.next();
      peer.send({ error: { class: 'DeviceNotFound', desc: "Device 'd0' not found" }, id });
    });
    const error = await fake.client.execute('device_del', { id: 'd0' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(QmpCommandError);
    expect(error).toMatchObject({
      code: 'qmp.command',
      exitCode: 5,
      command: 'device_del',
      errorClass: 'DeviceNotFound',
      description: "Device 'd0' not found",
      message: "device_del: Device 'd0' not found (DeviceNotFound)",
    });
  });

  it('gives an error without id to the oldest command', async () => {
    await using fake = await connected(async (peer) => {
      await peer.next();
      const { id } = await peer.next();
      peer.send({ error: { class: 'GenericError', desc: 'JSON parse error' } }, { return: {}, id });
    });
    const [first, second] = await Promise.allSettled([
      fake.client.execute('stop'),
      fake.client.execute('cont'),
    ]);
    expect(first).toMatchObject({ status: 'rejected', reason: { description: 'JSON parse error' } });
    expect(second).toMatchObject({ status: 'fulfilled' });
  });

  it('rejects an answer that is neither', async () => {
    await using fake = await connected(async (peer) => peer.send({ id: (await peer.next()).id }));
    await expect(fake.client.execute('stop')).rejects.toMatchObject({ code: 'qmp.malformed' });
  });

  it('ends at its deadline, and a late answer disturbs nobody', async () => {
    await using fake = await connected(async (peer) => {
      const late = await peer.next();
      const { id } = await peer.next();
      peer.send({ return: 'late', id: late.id }, { return: 'in time', id });
    });
    await expect(fake.client.execute('stop', {}, { timeout: 0.02 })).rejects.toMatchObject({
      code: 'qmp.timeout',
      message: 'stop: no answer within 0.02 s.',
      hint: expect.stringContaining('does not mean that the VM is dead'),
    });
    expect(await fake.client.executeRaw('x', undefined, { timeout: Number.POSITIVE_INFINITY })).toBe(
      'in time',
    );
  });

  it('ends with the reason of its signal', async () => {
    await using fake = await connected(() => undefined);
    const abort = new AbortController();
    const stopping = fake.client.execute('stop', {}, { signal: abort.signal });
    const reason = new Error('Ctrl-C');
    abort.abort(reason);
    await expect(stopping).rejects.toBe(reason);
  });

  it('fails every command when the connection ends, except quit', async () => {
    await using fake = await connected(async (peer) => {
      await peer.next();
      await peer.next();
      peer.socket.destroy();
    });
    const [stop, quit] = await Promise.allSettled([fake.client.execute('stop'), fake.client.execute('quit')]);
    expect(stop).toMatchObject({ status: 'rejected', reason: { code: 'qmp.closed' } });
    expect(quit).toEqual({ status: 'fulfilled', value: {} });
    await fake.client.closed;
    await expect(fake.client.execute('quit')).rejects.toMatchObject({ code: 'qmp.closed' });
  });

  it('fails every command, quit too, when what comes cannot be read', async () => {
    await using fake = await connected(async (peer) => {
      await peer.next();
      peer.sendText('%\n');
    });
    await expect(fake.client.execute('quit')).rejects.toMatchObject({ code: 'qmp.malformed' });
    await fake.client.closed;
  });
});

describe('close', () => {
  it('fails the commands under way at once and resolves once the connection is gone', async () => {
    await using fake = await connected(() => undefined);
    const stopping = fake.client.execute('stop');
    const closing = fake.client.close();
    const error = await stopping.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(QmpError);
    expect(error).toMatchObject({ code: 'qmp.closed' });
    await Promise.all([closing, fake.client.closed, fake.client.close()]);
  });

  it('still delivers what was sent before', async () => {
    let received: Promise<string> | undefined;
    await using fake = await connected((peer) => {
      received = peer.next().then(({ execute }) => execute);
    });
    const refused = expect(fake.client.execute('system_powerdown')).rejects.toMatchObject({
      code: 'qmp.closed',
    });
    await fake.client.close();
    await refused;
    expect(await received).toBe('system_powerdown');
  });

  it('does not wait for a side that never closes', async () => {
    await using monitor = await FakeMonitor.start(async (peer) => {
      await peer.negotiate();
      peer.socket.pause();
    });
    const client = await QmpClient.connect(monitor.path);
    const start = performance.now();
    await client.close();
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
