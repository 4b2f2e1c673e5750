import { describe, expect, it } from 'vitest';
import { askGuestAgent, pingGuestAgent } from '../../src/qmp/agent.js';
import { FakeMonitor, type Peer } from './fake-monitor.js';

/** Answers the synchronization as qemu-ga does, with these bytes before. */
async function synchronize(peer: Peer, before: Buffer = Buffer.alloc(0)): Promise<void> {
  const request = await peer.next();
  const { id } = request.arguments as { id: number };
  peer.socket.write(Buffer.concat([before, Buffer.of(0xff), Buffer.from(`{"return": ${id}}\n`)]));
}

async function pong(peer: Peer): Promise<void> {
  expect((await peer.next()).execute).toBe('guest-ping');
  peer.sendText('{"return": {}}\n');
}

describe('pingGuestAgent', () => {
  it('is true when the agent answers', async () => {
    await using agent = await FakeMonitor.start(async (peer) => {
      await synchronize(peer);
      await pong(peer);
    });
    expect(await pingGuestAgent(agent.path)).toBe(true);
  });

  it('passes over what an earlier client left unread', async () => {
    await using agent = await FakeMonitor.start(async (peer) => {
      peer.sendText('"half": "an answer"}\n{"return": {}}\n');
      peer.socket.write(Buffer.concat([Buffer.of(0xff), Buffer.from('{"return": 1}\n')]));
      await new Promise((resolve) => setTimeout(resolve, 20));
      await synchronize(peer, Buffer.from('{"return"'));
      await pong(peer);
    });
    expect(await pingGuestAgent(agent.path)).toBe(true);
  });

  it('is false when there is no socket', async () => {
    expect(await pingGuestAgent('/nonexistent/agent.sock')).toBe(false);
  });

  it.each([
    ['nothing', () => undefined],
    ['only the synchronization', (peer: Peer) => synchronize(peer)],
    [
      'another id',
      (peer: Peer) => peer.socket.write(Buffer.concat([Buffer.of(0xff), Buffer.from('{"return": -1}\n')])),
    ],
    ['no JSON', (peer: Peer) => peer.socket.write(Buffer.concat([Buffer.of(0xff), Buffer.from('%\n')]))],
  ])('is false when there comes %s', async (_, script) => {
    await using agent = await FakeMonitor.start(script);
    expect(await pingGuestAgent(agent.path, { timeout: 0.1 })).toBe(false);
  });

  it('is false when the agent refuses', async () => {
    await using agent = await FakeMonitor.start(async (peer) => {
      await synchronize(peer);
      await peer.next();
      peer.send({ error: { class: 'CommandNotFound', desc: 'The command guest-ping has been disabled' } });
    });
    expect(await pingGuestAgent(agent.path)).toBe(false);
  });

  it('gives up with the reason of the signal', async () => {
    await using agent = await FakeMonitor.start(() => undefined);
    const reason = new Error('Ctrl-C');
    const abort = new AbortController();
    setTimeout(() => abort.abort(reason), 10);
    await expect(pingGuestAgent(agent.path, { signal: abort.signal })).rejects.toBe(reason);
  });
});

it('an answer of the agent is given as it is', async () => {
  await using agent = await FakeMonitor.start(async (peer) => {
    await synchronize(peer);
    expect((await peer.next()).execute).toBe('guest-network-get-interfaces');
    peer.sendText('{"return": [{"name": "lo"}]}\n');
  });
  expect(await askGuestAgent(agent.path, 'guest-network-get-interfaces')).toEqual([{ name: 'lo' }]);
});
