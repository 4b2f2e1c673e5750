import { describe, expectTypeOf, it } from 'vitest';
import type { QmpArguments, QmpClient, QmpEvent, QmpReturns } from '../../src/qmp/index.js';

// What must not compile is checked by `npm run typecheck`: an unused @ts-expect-error is an error there.
// These functions are never called.

describe('commands', () => {
  it('return what QEMU says', () => {
    const use = async (client: QmpClient) => {
      const { status, running } = await client.execute('query-status');
      expectTypeOf(running).toEqualTypeOf<boolean>();
      expectTypeOf<'paused' | 'running' | 'prelaunch'>().toExtend<typeof status>();
      expectTypeOf<'asleep'>().not.toExtend<typeof status>();
      const cpus = await client.execute('query-cpus-fast');
      expectTypeOf(cpus).items.toHaveProperty('thread-id').toEqualTypeOf<number>();
      expectTypeOf(client.execute('cont')).resolves.toEqualTypeOf<Record<string, never>>();
      const text = await client.execute('human-monitor-command', { 'command-line': 'info pci' });
      expectTypeOf(text).toEqualTypeOf<string>();
      const jobs = await client.execute('query-jobs', {}, { timeout: 1 });
      expectTypeOf(jobs).items.toHaveProperty('error').toEqualTypeOf<string | undefined>();
    };
    expectTypeOf(use).toBeFunction();
  });

  it('take their arguments', () => {
    const use = async (client: QmpClient, name: 'stop' | 'cont') => {
      await client.execute(name);
      await client.execute('device_add', { driver: 'virtio-net-pci', netdev: 'n0', mq: true });
      await client.execute('object-add', { 'qom-type': 'iothread', id: 'io0', 'poll-max-ns': 0 });
      await client.execute('netdev_add', { type: 'tap', id: 'n0', ifname: 'tap0', vhost: true });
      const file = { driver: 'file', filename: '/a.raw', aio: 'io_uring' } as const;
      await client.execute('blockdev-add', { driver: 'qcow2', 'node-name': 'd0', file });
      await client.execute('blockdev-add', { driver: 'raw', file: 'd0' });
      await client.execute('transaction', {
        actions: [{ type: 'blockdev-snapshot-sync', data: { 'snapshot-file': '/s.qcow2' } }],
      });
      await client.execute('chardev-add', {
        id: 'c0',
        backend: { type: 'socket', data: { addr: { type: 'unix', data: { path: '/s' } } } },
      });
      await client.executeRaw('x-anything', { goes: ['here'] }, { signal: AbortSignal.timeout(1) });
    };
    expectTypeOf(use).toBeFunction();
    expectTypeOf<QmpArguments<'balloon'>>().toEqualTypeOf<{ value: number }>();
    expectTypeOf<QmpReturns<'query-qmp-schema'>>().toBeArray();
  });

  it('do not compile when they are wrong', () => {
    const use = async (client: QmpClient) => {
      // @ts-expect-error: no such command
      await client.execute('query-statsu');
      // @ts-expect-error: a required argument is missing
      await client.execute('device_del');
      // @ts-expect-error: a required argument is missing among others
      await client.execute('blockdev-snapshot', { node: 'a' });
      // @ts-expect-error: an argument of the wrong type
      await client.execute('balloon', { value: '1GiB' });
      // @ts-expect-error: an unknown argument
      await client.execute('device_del', { id: 'd0', force: true });
      // @ts-expect-error: an argument for a command without
      await client.execute('stop', { now: true });
      // @ts-expect-error: a value that the enumeration lacks
      await client.execute('blockdev-add', { driver: 'qcow9', file: 'd0' });
      // @ts-expect-error: an argument of another variant
      await client.execute('object-add', { 'qom-type': 'iothread', id: 'io0', size: 1 });
      // @ts-expect-error: options are no arguments
      await client.execute('quit', { timeout: 1 });
    };
    expectTypeOf(use).toBeFunction();
  });
});

describe('events', () => {
  it('carry their own data', () => {
    const use = async (client: QmpClient) => {
      client.on('SHUTDOWN', ({ data }) => expectTypeOf(data.guest).toEqualTypeOf<boolean>());
      const { data } = await client.once('JOB_STATUS_CHANGE', { where: (event) => event.data.id === 'j0' });
      expectTypeOf<'concluded'>().toExtend<typeof data.status>();
      for await (const event of client.events()) {
        if (event.event === 'DEVICE_DELETED') expectTypeOf(event.data.path).toEqualTypeOf<string>();
        // @ts-expect-error: only after a look at the name
        event.data.path;
      }
      // @ts-expect-error: no such event
      client.on('SHUT_DOWN', () => undefined);
      // @ts-expect-error: no such member
      await client.once('SHUTDOWN', { where: (event) => event.data.device === 'x' });
    };
    expectTypeOf(use).toBeFunction();
    expectTypeOf<QmpEvent<'STOP'>['event']>().toEqualTypeOf<'STOP'>();
  });
});
