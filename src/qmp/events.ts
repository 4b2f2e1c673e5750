import type { QmpError } from './errors.js';
import { type Limits, within } from './limits.js';
import type { RawQmpEvent } from './types.js';

type RawListener = (event: RawQmpEvent) => void;

/** Hands each event to everyone who asked for it, until the connection ends. */
export class EventHub {
  readonly #listeners = new Set<RawListener>();
  readonly #streams = new Set<EventStream>();
  readonly #ending = new AbortController();

  publish(event: RawQmpEvent): void {
    for (const listener of this.#listeners) listener(event);
    for (const stream of this.#streams) stream.push(event);
  }

  end(reason: QmpError): void {
    this.#ending.abort(reason);
    for (const stream of this.#streams) stream.end();
    this.#listeners.clear();
    this.#streams.clear();
  }

  /** @returns what takes the listener away again. */
  listen(listener: RawListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  stream(): EventStream {
    const stream: EventStream = new EventStream(() => this.#streams.delete(stream));
    if (this.#ending.signal.aborted) stream.end();
    else this.#streams.add(stream);
    return stream;
  }

  /** The first event from now on that `matches`. Rejects with the reason of the end, with `late()`, or as the signal says. */
  first(
    matches: (event: RawQmpEvent) => boolean,
    limits: Limits,
    late: () => QmpError,
  ): Promise<RawQmpEvent> {
    const ending = this.#ending.signal;
    return within(limits, late, (resolve, reject) => {
      ending.throwIfAborted();
      const ended = () => reject(ending.reason);
      ending.addEventListener('abort', ended, { once: true });
      const unlisten = this.listen((event) => {
        if (matches(event)) resolve(event);
      });
      return () => {
        ending.removeEventListener('abort', ended);
        unlisten();
      };
    });
  }
}

/** Keeps the events that nobody has read yet. The iteration ends when the connection does, after the last event. */
class EventStream implements AsyncIterableIterator<RawQmpEvent> {
  readonly #unread: RawQmpEvent[] = [];
  readonly #readers: ((result: IteratorResult<RawQmpEvent>) => void)[] = [];
  readonly #leave: () => void;
  #ended = false;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  push(event: RawQmpEvent): void {
    const reader = this.#readers.shift();
    if (reader === undefined) this.#unread.push(event);
    else reader({ done: false, value: event });
  }

  end(): void {
    this.#ended = true;
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined });
  }

  async next(): Promise<IteratorResult<RawQmpEvent>> {
    const value = this.#unread.shift();
    if (value !== undefined) return { done: false, value };
    if (this.#ended) return { done: true, value: undefined };
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  /** Leaving a `for await` loop ends the subscription. */
  async return(): Promise<IteratorResult<RawQmpEvent>> {
    this.#leave();
    this.#unread.length = 0;
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
