/** Waiting for a file or folder to change. */
import { watch } from 'node:fs';
import { pause } from '../qmp/limits.js';

/** Tells of changes by inotify where the system has watches to give, and in any case every quarter of a second. */
export class Changes {
  readonly #watcher: { close(): void } | undefined;
  #changed = new AbortController();

  constructor(path: string) {
    try {
      this.#watcher = watch(path, { persistent: false }, () => this.#changed.abort()).on(
        'error',
        () => undefined,
      );
    } catch {
      this.#watcher = undefined;
    }
  }

  /** Returns at once for a change since the last time. Also returns when the signal aborts. */
  async next(signal?: AbortSignal): Promise<void> {
    await rest(interval, AbortSignal.any([this.#changed.signal, ...(signal === undefined ? [] : [signal])]));
    if (this.#changed.signal.aborted) this.#changed = new AbortController();
  }

  close(): void {
    this.#watcher?.close();
  }
}

/** Seconds until it is looked at again where nobody said that it changed. */
const interval = 0.25;

/** @returns false if the signal came. */
export async function rest(seconds: number, signal?: AbortSignal): Promise<boolean> {
  return pause(seconds, signal).then(
    () => true,
    () => false,
  );
}
