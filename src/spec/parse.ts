/** A spec's text to a tree of values with positions. Pure. */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { SpecError, type SpecIssue } from './error.js';
import { formatKey, type KeyPath } from './key.js';
import { type Position, positionsOf } from './position.js';
import { printable } from './printable.js';
import type { MapEntry, MapNode, SpecNode } from './tree.js';
import { emptyHint, parseYaml } from './yaml.js';

/** Values of a spec, those of aliases counted again: a bound on alias bombs, and on the time that checking takes. */
const mostValues = 10_000;

/**
 * Parses one value.
 * @throws SpecError with everything that is wrong in the text.
 */
export function parseNode(file: string, text: string): SpecNode {
  const positionAt = positionsOf(file, text);
  const parsed = parseYaml(text);
  const issues: SpecIssue[] = [];
  let node: SpecNode | undefined;
  if ('issues' in parsed) {
    for (const { offset, ...issue } of parsed.issues)
      issues.push({ ...positionAt(offset), key: '', ...issue });
  } else {
    node = new Builder(parsed.document, positionAt, issues).build();
  }
  if (!node || issues.length > 0) throw new SpecError(issues, new Map([[file, text]]));
  return node;
}

/**
 * Parses a whole spec, which is a map.
 * @throws SpecError with everything that is wrong in the text.
 */
export function parseSpec(file: string, text: string): MapNode {
  const node = parseNode(file, text);
  if (node.kind === 'map') return node;
  const empty = node.kind === 'scalar' && node.value === null;
  const issue: SpecIssue = empty
    ? { file, line: 1, column: 1, key: '', message: 'is empty', hint: emptyHint }
    : {
        ...node.position,
        key: '',
        message: `a spec is a map of keys, not ${node.kind === 'list' ? 'a list' : 'a single value'}`,
        hint: 'write key: value',
      };
  throw new SpecError([issue], new Map([[file, text]]));
}

/** Turns a YAML document into a tree, in document order, so that an alias finds the last anchor of its name before it. */
class Builder {
  readonly #anchors = new Map<string, { readonly node: SpecNode; readonly size: number }>();
  #size = 0;

  constructor(
    readonly document: Document,
    readonly positionAt: (offset: number) => Position,
    readonly issues: SpecIssue[],
  ) {}

  build(): SpecNode {
    return this.#node(this.document.contents, [], this.positionAt(0));
  }

  #wrong(position: Position, path: KeyPath, message: string, hint: string): void {
    this.issues.push({ ...position, key: formatKey(path), message, hint });
  }

  /**
   * @param around where the value is said to stand if it is not there.
   * @param key where its key stands, if it has one.
   */
  #node(node: Node | null, path: KeyPath, around: Position, key?: Position): SpecNode {
    const position = this.#positionOf(node, around, key);
    const nothing: SpecNode = { kind: 'scalar', value: null, position };
    if (this.#size > mostValues) return nothing;
    this.#size += 1;
    const before = this.#size;
    const built = node ? this.#content(node, position, path) : nothing;
    if (node && 'anchor' in node && typeof node.anchor === 'string') {
      this.#anchors.set(node.anchor, { node: built, size: this.#size - before + 1 });
    }
    if (this.#size > mostValues) this.#tooMany(position, path);
    return built;
  }

  /** A block stands where its key does. */
  #positionOf(node: Node | null, around: Position, key: Position | undefined): Position {
    const [start, end] = node?.range ?? [0, 0];
    const absent = start === end;
    if (absent) return key ?? around;
    const block = (isMap(node) || isSeq(node)) && node.flow !== true;
    return block && key ? key : this.positionAt(start);
  }

  #tooMany(position: Position, path: KeyPath): void {
    if (this.issues.some(({ message }) => message === tooMany)) return;
    this.#wrong(position, path, tooMany, 'is it a spec at all?');
  }

  #content(node: Node, position: Position, path: KeyPath): SpecNode {
    if (isAlias(node)) return this.#alias(node.source, position, path);
    if (isMap(node)) return this.#map(node.items, position, path);
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.#node(item as Node | null, [...path, index], position),
      );
      return { kind: 'list', items, position };
    }
    const value: unknown = isScalar(node) ? node.value : null;
    const scalar =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    return { kind: 'scalar', value: scalar, position };
  }

  #alias(name: string, position: Position, path: KeyPath): SpecNode {
    const target = this.#anchors.get(name);
    if (!target) {
      this.#wrong(
        position,
        path,
        `there is no anchor &${name.slice(0, 40)} before this`,
        'define it first, or put text that begins with * in quotes',
      );
      return { kind: 'scalar', value: null, position };
    }
    this.#size += target.size - 1;
    return { ...target.node, position };
  }

  #map(pairs: readonly Pair<unknown, unknown>[], position: Position, path: KeyPath): SpecNode {
    const entries = new Map<string, MapEntry>();
    for (const { key: keyNode, value } of pairs) {
      const key = isScalar(keyNode) ? String(keyNode.value) : '';
      const place = isScalar(keyNode) && keyNode.range ? this.positionAt(keyNode.range[0]) : position;
      const known = entries.get(key);
      if (key === '<<') {
        this.#wrong(
          place,
          path,
          'merge keys (<<) are not part of YAML 1.2',
          'write the keys out, or use extends',
        );
      } else if (key === '__proto__') {
        this.#wrong(place, path, 'a key __proto__ is not known', 'remove it');
      } else if (known) {
        this.#wrong(
          place,
          [...path, key],
          `a second ${printable(key)} in this map: the first is on line ${known.key.line}`,
          'remove one of the two',
        );
      } else {
        entries.set(key, {
          key: place,
          node: this.#node(value as Node | null, [...path, key], position, place),
        });
      }
    }
    return { kind: 'map', entries, position };
  }
}

const tooMany = `has more than ${mostValues} values`;
