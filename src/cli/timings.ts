/** Where the time of a command went: a row a step, as `vm up --timings` shows them. */

const firstStep = 'start Node and load vm';

export class Timings {
  readonly #rows: { readonly step: string; readonly milliseconds: number }[] = [];
  readonly #now: () => number;
  #last: number;

  /** @param now milliseconds since the process was started; what has passed of them is the first step. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#last = now();
    this.#rows.push({ step: firstStep, milliseconds: this.#last });
  }

  /** A step has ended; it began when the one before it ended. */
  done(step: string): void {
    const now = this.#now();
    this.#rows.push({ step, milliseconds: now - this.#last });
    this.#last = now;
  }

  /** Lines such as `place threads    12.3 ms`, and the sum. */
  render(): string {
    const rows = [...this.#rows, { step: 'all', milliseconds: this.#last }];
    const width = Math.max(...rows.map(({ step }) => step.length));
    return rows
      .map(({ step, milliseconds }) => `${step.padEnd(width)}${milliseconds.toFixed(1).padStart(10)} ms`)
      .join('\n');
  }
}
