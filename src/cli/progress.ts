/** A line of progress for each VM under way: rewritten in place on a terminal, else a line a step. */
import { type Style, styleFor } from './render/style.js';
import { displayWidth, truncate } from './render/width.js';

/** Where progress goes: stderr. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Escape sequences of ECMA-48: to the start of the line that many lines up, then erase all below. */
const eraseLines = (count: number) => (count > 0 ? `\x1b[${count}F\x1b[J` : '');

export class Progress {
  readonly #stream: ProgressStream;
  readonly #inPlace: boolean;
  readonly #style: Style;
  readonly #steps = new Map<string, string>();
  #drawn = 0;

  constructor(stream: ProgressStream = process.stderr, style: Style = styleFor(process.stderr)) {
    this.#stream = stream;
    this.#inPlace = stream.isTTY === true;
    this.#style = style;
  }

  /** What a VM is at now. */
  step(label: string, text: string): void {
    if (this.#steps.get(label) === text) return;
    this.#steps.set(label, text);
    if (this.#inPlace) this.#redraw();
    else this.#stream.write(`${label}: ${text}\n`);
  }

  /** The last word on a VM: its line stays where it is. */
  done(label: string, text: string): void {
    this.#steps.delete(label);
    this.note(`${label}: ${text}`);
  }

  /** A VM failed; its error is told next. */
  failed(label: string): void {
    this.#steps.delete(label);
    this.#redraw();
  }

  /** A line above those of progress. */
  note(line: string): void {
    this.#erase();
    this.#stream.write(`${line}\n`);
    this.#draw();
  }

  /** Something that writes to stderr by itself, an error, say. */
  around(write: () => void): void {
    this.#erase();
    write();
    this.#draw();
  }

  #redraw(): void {
    this.#erase();
    this.#draw();
  }

  #erase(): void {
    if (this.#inPlace) this.#stream.write(eraseLines(this.#drawn));
    this.#drawn = 0;
  }

  #draw(): void {
    if (!this.#inPlace) return;
    const columns = this.#stream.columns || 80;
    for (const [label, text] of this.#steps) {
      const room = Math.max(0, columns - 1 - displayWidth(label) - 2);
      this.#stream.write(`${truncate(label, columns - 3)}: ${this.#style('dim', truncate(text, room))}\n`);
    }
    this.#drawn = this.#steps.size;
  }
}

/** Seconds as progress tells them: `0.08 s`, `12 s`. */
export function formatSeconds(seconds: number): string {
  return `${seconds < 10 ? seconds.toFixed(2) : Math.round(seconds)} s`;
}

/** What progress calls the VM of a spec before its name is known: `vms/demo.yaml` is `demo`. */
export function labelOf(specOrName: string): string {
  const base = specOrName.split('/').at(-1) ?? specOrName;
  return base.replace(/\.(?:ya?ml|json)$/, '') || specOrName;
}
