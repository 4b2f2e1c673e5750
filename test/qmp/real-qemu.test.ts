import { describe, expect, it } from 'vitest';
import { QmpClient } from '../../src/qmp/client.js';
import { skipBecause } from '../support/skip.js';
import { RealQemu, whyNoQemu } from './real-qemu.js';

describe('a real QEMU', () => {
  skipBecause(whyNoQemu);

  it('answers, refuses and quits', async () => {
    await using qemu = await RealQemu.start();
    await using client = await QmpClient.connectWhenReady(qemu.path, { timeout: 20 });
    expect(await client.execute('query-status')).toMatchObject({ running: false, status: 'prelaunch' });
    expect(client.greeting.version).toEqual(await client.execute('query-version'));

    await expect(
      client.execute('device_add', { driver: 'virtio-rng-pci', bus: 'pci.9' }),
    ).rejects.toMatchObject({
      message: "device_add: Bus 'pci.9' not found (GenericError)",
    });
    await expect(client.execute('device_del', { id: 'none' })).rejects.toMatchObject({
      errorClass: 'DeviceNotFound',
    });
    await expect(client.executeRaw('no-such-command')).rejects.toMatchObject({
      errorClass: 'CommandNotFound',
    });
    await expect(client.executeRaw('qom-get', { path: 1 })).rejects.toMatchObject({
      errorClass: 'GenericError',
    });

    const events = client.events();
    expect(await client.execute('quit')).toEqual({});
    expect(await events.next()).toMatchObject({
      value: { event: 'SHUTDOWN', data: { reason: 'host-qmp-quit' } },
    });
    await client.closed;
    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(await qemu.exited()).toBe(0);
  });

  it('sends its schema, one line of some 200 KB, beside other answers', async () => {
    await using qemu = await RealQemu.start();
    await using client = await QmpClient.connectWhenReady(qemu.path, { timeout: 20 });
    const [schema, name, cpus] = await Promise.all([
      client.execute('query-qmp-schema'),
      client.execute('query-name'),
      client.execute('query-cpus-fast'),
    ]);
    expect(JSON.stringify(schema).length).toBeGreaterThan(100_000);
    expect(name).toEqual({});
    expect(cpus).toMatchObject([{ 'cpu-index': 0, target: 'x86_64' }]);
  });

  it('sends RESUME before the answer to cont', async () => {
    await using qemu = await RealQemu.start();
    await using client = await QmpClient.connectWhenReady(qemu.path, { timeout: 20 });
    let resumed = false;
    client.on('RESUME', () => {
      resumed = true;
    });
    await client.execute('cont');
    expect(resumed).toBe(true);
    expect(await client.execute('query-status')).toMatchObject({ running: true });
  });

  it('is told as held, as stopped and as silent; serves who waited in the queue', async () => {
    await using qemu = await RealQemu.start();
    const { path, pid } = qemu;
    const holder = await QmpClient.connectWhenReady(path, { timeout: 20 });
    const short = { greetingTimeout: 0.2 };
    const held = { code: 'qmp.held', message: `Another client holds the monitor ${path}.` };
    await expect(QmpClient.connect(path, { ...short, pid })).rejects.toMatchObject(held);

    await qemu.stop();
    await expect(QmpClient.connect(path, short)).rejects.toMatchObject(held);
    await expect(QmpClient.connect(path, { ...short, pid })).rejects.toMatchObject({
      code: 'qmp.no-greeting',
      message: `QEMU does not answer on ${path}: process ${pid} is stopped.`,
    });
    await expect(holder.execute('query-status', {}, { timeout: 0.1 })).rejects.toMatchObject({
      code: 'qmp.timeout',
    });
    qemu.process.kill('SIGCONT');

    const next = QmpClient.connect(path);
    await holder.close();
    await (await next).close();

    await qemu.stop();
    await expect(QmpClient.connect(path, short)).rejects.toMatchObject({
      code: 'qmp.no-greeting',
      message: `QEMU does not answer on ${path} within 0.2 s.`,
    });
  });

  it('serves more clients at once than its queue takes, one after another', async () => {
    await using qemu = await RealQemu.start();
    await (await QmpClient.connectWhenReady(qemu.path, { timeout: 20 })).close();
    const status = async () => {
      await using client = await QmpClient.connect(qemu.path, { greetingTimeout: 20 });
      return (await client.execute('query-status')).status;
    };
    const all = await Promise.all(Array.from({ length: 8 }, status));
    expect(all).toEqual(Array.from({ length: 8 }, () => 'prelaunch'));
  });
});
