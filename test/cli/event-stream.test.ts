import { describe, expect, it, vi } from 'vitest';
import { type EventSource, streamEvents } from '../../src/cli/event-stream.js';
import { VmError } from '../../src/errors.js';
import type { VmEvent, VmState } from '../../src/index.js';

const event = (vm: string, name: string): VmEvent => ({ vm, event: name, data: {}, time: 1 });

/** VMs that appear look by look; each has the events of its name, then ends. */
function sourceOf(
  looks: readonly (readonly [string, VmState][])[],
  fails: Readonly<Record<string, unknown>> = {},
): EventSource & { watched: string[] } {
  let look = 0;
  const watched: string[] = [];
  return {
    watched,
    async list() {
      const seen = looks[Math.min(look++, looks.length - 1)] ?? [];
      return seen.map(([name, state]) => ({ name, state }));
    },
    async *events(name) {
      watched.push(name);
      if (fails[name] !== undefined) throw fails[name];
      yield event(name, 'RESUME');
      yield event(name, 'SHUTDOWN');
    },
  };
}

async function seenBy(source: EventSource, names: readonly string[]): Promise<string[]> {
  const seen: string[] = [];
  const signal = new AbortController().signal;
  await streamEvents(source, {
    names,
    follow: false,
    signal,
    onEvent: async ({ vm, event: name }) => void seen.push(`${vm} ${name}`),
  });
  return seen;
}

describe('streamEvents, without follow', () => {
  it('ends when the named VMs have ended', async () => {
    expect(await seenBy(sourceOf([]), ['b', 'a'])).toEqual(
      expect.arrayContaining(['b RESUME', 'b SHUTDOWN', 'a RESUME', 'a SHUTDOWN']),
    );
  });

  it('watches all VMs that have a monitor to listen on where none is named', async () => {
    const source = sourceOf([
      [
        ['a', 'running'],
        ['b', 'crashed'],
        ['c', 'paused'],
        ['d', 'stopping'],
      ],
    ]);
    await seenBy(source, []);
    expect(source.watched).toEqual(['a', 'c', 'd']);
  });

  it('tells of a VM that is not there', async () => {
    const error = new VmError('state.no-such-vm', 'no VM a');
    await expect(seenBy(sourceOf([], { a: error }), ['a'])).rejects.toBe(error);
  });
});

describe('streamEvents, when one fails', () => {
  it.each([true, false])('ends the watches of the others, follow: %s', async (follow) => {
    const states = ['a', 'b'].map((name) => ({ name, state: 'running' as const }));
    let ended = 0;
    const source: EventSource = {
      list: async () => states,
      async *events(name, signal) {
        if (name === 'a') yield event(name, 'RESUME');
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        ended += 1;
      },
    };
    const failure = new TypeError('the reader is gone');
    const { signal } = new AbortController();
    const onEvent = () => Promise.reject(failure);
    await expect(streamEvents(source, { names: [], follow, signal, onEvent })).rejects.toBe(failure);
    await vi.waitFor(() => expect(ended).toBe(1));
  });
});

describe('streamEvents, with follow', () => {
  async function follow(source: EventSource, names: readonly string[], until: number): Promise<string[]> {
    const seen: string[] = [];
    const controller = new AbortController();
    const reason = new VmError('interrupted.signal', 'interrupted');
    const onEvent = async ({ vm, event: name }: VmEvent) => {
      seen.push(`${vm} ${name}`);
      if (seen.length >= until) controller.abort(reason);
    };
    await expect(
      streamEvents(source, { names, follow: true, signal: controller.signal, onEvent, interval: 0.001 }),
    ).rejects.toBe(reason);
    return seen;
  }

  it('takes up VMs that start, and those that start again', async () => {
    const seen = await follow(
      sourceOf([[], [['a', 'running']], [['a', 'stopped']], [['b', 'running']], [['a', 'running']]]),
      [],
      6,
    );
    expect(seen).toEqual(['a RESUME', 'a SHUTDOWN', 'b RESUME', 'b SHUTDOWN', 'a RESUME', 'a SHUTDOWN']);
  });

  it('watches only the VMs that are named', async () => {
    const source = sourceOf([
      [
        ['a', 'running'],
        ['b', 'running'],
      ],
    ]);
    await follow(source, ['b'], 2);
    expect(new Set(source.watched)).toEqual(new Set(['b']));
  });

  it('is not put off by a VM that ended before it could be watched', async () => {
    const error = new VmError('state.no-such-vm', 'no VM a');
    expect(
      await follow(
        sourceOf(
          [
            [
              ['a', 'running'],
              ['b', 'running'],
            ],
          ],
          { a: error },
        ),
        [],
        2,
      ),
    ).toEqual(['b RESUME', 'b SHUTDOWN']);
  });

  it('ends with any other error', async () => {
    const source = sourceOf([[['a', 'running']]], { a: new TypeError('boom') });
    const options = {
      names: [],
      follow: true,
      signal: new AbortController().signal,
      onEvent: async () => undefined,
      interval: 0.001,
    };
    await expect(streamEvents(source, options)).rejects.toThrow('boom');
  });
});
