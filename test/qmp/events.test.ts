import { describe, expect, it } from 'vitest';
import type { QmpEvent } from '../../src/qmp/types.js';
import { connected, type Peer } from './fake-monitor.js';

const timestamp = { seconds: 7, microseconds: 8 };
const resume = { event: 'RESUME', timestamp };

function deleted(device: string): object {
  return { event: 'DEVICE_DELETED', data: { device, path: `/machine/peripheral/${device}` }, timestamp };
}

/** Answers one command after these events. */
function answering(...events: object[]) {
  return async (peer: Peer) => {
    const { id } = await peer.next();
    peer.send(...events, { return: {}, id });
  };
}

describe('on', () => {
  it('calls the listeners of that name, before the answer that follows', async () => {
    await using fake = await connected(answering(resume, deleted('a'), { event: 'NEW_ONE', data: { x: 1 } }));
    const seen: unknown[] = [];
    fake.client.on('RESUME', (event) => seen.push(event));
    fake.client.on('DEVICE_DELETED', (event) => seen.push(event.data.device));
    fake.client.on('STOP', () => seen.push('never'));
    await fake.client.execute('cont');
    expect(seen).toEqual([{ ...resume, data: {} }, 'a']);
  });

  it('stops when told to, from within a listener too', async () => {
    await using fake = await connected(answering(resume, resume, resume));
    let count = 0;
    const off = fake.client.on('RESUME', () => {
      count += 1;
      if (count === 2) off();
    });
    await fake.client.execute('cont');
    expect(count).toBe(2);
  });
});

describe('once', () => {
  it('gives the first that fits', async () => {
    await using fake = await connected(answering(deleted('a'), deleted('b'), deleted('b')));
    const gone = fake.client.once('DEVICE_DELETED', { where: ({ data }) => data.device === 'b' });
    await fake.client.execute('device_del', { id: 'b' });
    expect(await gone).toEqual(deleted('b'));
  });

  it('ends at its deadline', async () => {
    await using fake = await connected(() => undefined);
    await expect(fake.client.once('STOP', { timeout: 0.01 })).rejects.toMatchObject({
      code: 'qmp.timeout',
      message: 'No event STOP within 0.01 s.',
    });
  });

  it('ends with the reason of its signal', async () => {
    await using fake = await connected(() => undefined);
    const reason = new Error('enough');
    await expect(fake.client.once('STOP', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('ends with the connection, and when that is gone already', async () => {
    await using fake = await connected((peer) => peer.next().then(() => peer.socket.destroy()));
    const waiting = fake.client.once('STOP');
    await fake.client.execute('quit');
    await expect(waiting).rejects.toMatchObject({ code: 'qmp.closed' });
    await fake.client.closed;
    await expect(fake.client.once('STOP')).rejects.toMatchObject({ code: 'qmp.closed' });
  });

  it('is no unhandled rejection when nobody gets to wait for it', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const fake = await connected(() => undefined);
    void fake.client.once('STOP');
    await fake[Symbol.asyncDispose]();
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});

describe('events', () => {
  it('gives all in order, of unknown names too, and ends with the connection', async () => {
    await using fake = await connected(async (peer) => {
      await answering(resume, { event: 'NEW_ONE', data: { x: 1 }, timestamp }, deleted('a'))(peer);
      peer.send(deleted('b'));
      peer.socket.end();
    });
    const events = fake.client.events();
    await fake.client.execute('cont');
    const seen: string[] = [];
    for await (const event of events) {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(event.event === 'DEVICE_DELETED' ? event.data.path : event.event);
    }
    expect(seen).toEqual(['RESUME', 'NEW_ONE', '/machine/peripheral/a', '/machine/peripheral/b']);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('answers several waiting readers in order and ends all of them', async () => {
    await using fake = await connected(async (peer) => {
      await answering(resume, deleted('a'))(peer);
      peer.socket.end();
    });
    const events = fake.client.events();
    const reads = Promise.all([events.next(), events.next(), events.next()]);
    await fake.client.execute('cont');
    const names = (await reads).map((read) => (read.done === true ? 'end' : read.value.event));
    expect(names).toEqual(['RESUME', 'DEVICE_DELETED', 'end']);
  });

  it('gives every reader its own, and leaving a loop ends only that', async () => {
    await using fake = await connected(answering(resume, deleted('a')));
    const [first, second] = [fake.client.events(), fake.client.events()];
    await fake.client.execute('cont');
    const names = async (events: AsyncIterable<QmpEvent>, count: number) => {
      const seen: string[] = [];
      for await (const { event } of events) if (seen.push(event) === count) break;
      return seen;
    };
    expect(await names(first, 1)).toEqual(['RESUME']);
    expect(await first.next()).toEqual({ done: true, value: undefined });
    expect(await names(second, 2)).toEqual(['RESUME', 'DEVICE_DELETED']);
  });

  it('is at its end when the connection is', async () => {
    await using fake = await connected(() => undefined);
    await fake.client.close();
    expect(await fake.client.events().next()).toEqual({ done: true, value: undefined });
  });

  it('marks a time that QEMU does not know', async () => {
    await using fake = await connected(answering({ event: 'STOP' }));
    const stopped = fake.client.once('STOP');
    await fake.client.execute('stop');
    expect(await stopped).toEqual({ event: 'STOP', data: {}, timestamp: { seconds: -1, microseconds: -1 } });
  });
});
