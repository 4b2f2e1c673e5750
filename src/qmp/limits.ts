export interface Limits {
  /** Seconds; `Infinity` is no deadline. */
  timeout?: number | undefined;
  /** Aborting it rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/** A longer timer would fire at once: Node keeps its milliseconds in 31 bits. */
export const longestTimer = 2 ** 31 - 1;

/**
 * Like `new Promise(start)`, but rejects with `late()` when the deadline has passed, and with the signal's reason when
 * that aborts first. What `start` returns is called once, when the promise settles, however it does.
 */
export function within<T>(
  { timeout = Number.POSITIVE_INFINITY, signal }: Limits,
  late: () => Error,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => (() => void) | undefined,
): Promise<T> {
  let stop: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    signal?.throwIfAborted();
    abort = () => reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    const milliseconds = Math.max(0, timeout * 1000);
    if (milliseconds <= longestTimer) timer = setTimeout(() => reject(late()), milliseconds);
    stop = start(resolve, reject);
  });
  return promise.finally(() => {
    clearTimeout(timer);
    if (abort !== undefined) signal?.removeEventListener('abort', abort);
    stop?.();
  });
}

/** Waits that many seconds, or rejects with the signal's reason. */
export function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(end, seconds * 1000);
    signal?.addEventListener('abort', end, { once: true });
    function end(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    }
  });
}

/** Milliseconds of a clock that is never set. Node loads half a dozen files at the first use of `performance`, and none for this. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
