import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { pause, within } from '../../src/qmp/limits.js';

const late = () => new Error('late');
const soon = () => new Promise((resolve) => setTimeout(resolve, 10));

describe('within', () => {
  it('settles as started, stops once and takes its listener off the signal', async () => {
    const { signal } = new AbortController();
    const stop = vi.fn();
    const settled = await within({ timeout: 5, signal }, late, (resolve) => {
      setImmediate(() => resolve('done'));
      return stop;
    });
    expect(settled).toBe('done');
    expect(stop).toHaveBeenCalledTimes(1);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it.each([0, -1, 0.001])('is late after %d s', async (timeout) => {
    const stop = vi.fn();
    await expect(within({ timeout }, late, () => stop)).rejects.toThrow('late');
    expect(stop).toHaveBeenCalledTimes(1);
  });

  it.each([Number.POSITIVE_INFINITY, 2 ** 40, undefined])(
    'is not late at once with %d s',
    async (timeout) => {
      let finish: ((value: string) => void) | undefined;
      const waiting = within<string>({ timeout }, late, (resolve) => {
        finish = resolve;
        return undefined;
      });
      await soon();
      finish?.('done');
      expect(await waiting).toBe('done');
    },
  );

  it('does not start with a signal that is aborted', async () => {
    const start = vi.fn();
    const reason = new Error('enough');
    await expect(within({ signal: AbortSignal.abort(reason) }, late, start)).rejects.toBe(reason);
    expect(start).not.toHaveBeenCalled();
  });

  it('rejects with what the start throws', async () => {
    const failing = () => {
      throw new Error('no start');
    };
    await expect(within({}, late, failing)).rejects.toThrow('no start');
  });
});

describe('pause', () => {
  it('waits', async () => {
    const start = performance.now();
    await pause(0.02);
    expect(performance.now() - start).toBeGreaterThanOrEqual(18);
  });

  it('ends with the reason of the signal', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const waiting = pause(60, abort.signal);
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });
});
