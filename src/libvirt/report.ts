/** What an import changed, approximated or dropped, by line of the XML. Pure. */

export interface Note {
  /** Of the XML, from 1. */
  readonly line: number;
  /** The element or attribute, such as `domain/devices/disk/@snapshot`. */
  readonly path: string;
  /** changed: said in another way, to the same end; approximated: nearly the same; dropped: lost. */
  readonly kind: 'changed' | 'approximated' | 'dropped';
  readonly message: string;
}

/** Where something stands: a node is one. */
export type Place = Pick<Note, 'line' | 'path'>;

/** Collects notes. */
export class Notes {
  readonly #notes: Note[] = [];

  /** The spec says it in another way, and nothing is lost. */
  changed(place: Place, message: string): void {
    this.#add('changed', place, message);
  }

  /** The spec says nearly the same. */
  approximated(place: Place, message: string): void {
    this.#add('approximated', place, message);
  }

  /** The spec does not say it. */
  dropped(place: Place, message: string): void {
    this.#add('dropped', place, message);
  }

  /** All of them, by line. */
  list(): Note[] {
    return [...this.#notes].sort((a, b) => a.line - b.line);
  }

  #add(kind: Note['kind'], { line, path }: Place, message: string): void {
    this.#notes.push({ line, path, kind, message });
  }
}
