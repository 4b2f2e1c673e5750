/** The events of several VMs as one stream. */
import { VmError } from '../errors.js';
import type { VmEvent, VmSummary } from '../index.js';

/** What the stream needs of the library. */
export interface EventSource {
  list(): Promise<readonly Pick<VmSummary, 'name' | 'state'>[]>;
  events(name: string, signal: AbortSignal): AsyncIterable<VmEvent>;
}

export interface EventStreamOptions {
  /** Only these VMs; empty: all. */
  readonly names: readonly string[];
  /** Go on when they end, and take up those that start. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: (event: VmEvent) => Promise<void>;
  /** Seconds between two looks for VMs that have started. Default: 1. */
  readonly interval?: number;
}

/** States in which QEMU has a monitor to listen on. */
const listening: ReadonlySet<string> = new Set(['running', 'paused', 'stopping']);

/**
 * Hands on events as they come. Without `follow` it resolves when all the VMs have ended; with it, never: it rejects with the signal's
 * reason. A VM that is not there is an error only without `follow`.
 */
export async function streamEvents(source: EventSource, options: EventStreamOptions): Promise<void> {
  // When one watch fails, the others are to end too: they would keep the process.
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  try {
    await (options.follow ? followEvents : untilAllEnd)(source, { ...options, signal });
  } finally {
    ending.abort();
  }
}

async function untilAllEnd(source: EventSource, options: EventStreamOptions): Promise<void> {
  const { names } = options;
  const watched =
    names.length > 0
      ? names
      : (await source.list()).filter(({ state }) => listening.has(state)).map(({ name }) => name);
  await Promise.all(watched.map((name) => watch(source, name, options)));
}

async function watch(
  source: EventSource,
  name: string,
  { signal, onEvent }: EventStreamOptions,
): Promise<void> {
  for await (const event of source.events(name, signal)) await onEvent(event);
  signal.throwIfAborted();
}

async function followEvents(source: EventSource, options: EventStreamOptions): Promise<void> {
  const { names, signal, interval = 1 } = options;
  const watching = new Set<string>();
  let giveUp: (error: unknown) => void = () => undefined;
  const failure = new Promise<never>((_resolve, reject) => {
    giveUp = reject;
  });
  // Those that end after the first have nobody to tell.
  failure.catch(() => undefined);
  const take = async (name: string): Promise<void> => {
    watching.add(name);
    try {
      await watch(source, name, options);
    } catch (error) {
      // It ended between the look and the watch, or has no free monitor yet: the next look tells.
      if (!(error instanceof VmError && /^(?:state|qmp)\./.test(error.code))) throw error;
    } finally {
      watching.delete(name);
    }
  };
  for (;;) {
    for (const { name, state } of await source.list()) {
      const wanted = names.length === 0 || names.includes(name);
      if (wanted && listening.has(state) && !watching.has(name)) take(name).catch(giveUp);
    }
    await Promise.race([failure, sleep(interval, signal)]);
  }
}

function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, seconds * 1000);
    signal.addEventListener('abort', abort, { once: true });
  });
}
