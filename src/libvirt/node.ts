/** A cursor over the elements of a domain that remembers what was read: what no converter looked at is a loss, and is reported. Pure. */
import { printable } from '../spec/printable.js';
import type { XmlElement } from './element.js';
import type { Notes } from './report.js';
import { readCpuList, readSize } from './values.js';

/** Something that nobody read. */
export interface Unread {
  readonly line: number;
  readonly path: string;
  /** The element or attribute, shortened. */
  readonly xml: string;
}

export class XmlNode {
  readonly path: string;
  readonly #element: XmlElement;
  readonly #notes: Notes;
  readonly #children: readonly XmlNode[];
  readonly #attributesRead = new Set<string>();
  #visited = false;
  #textRead = false;
  #ignored = false;

  constructor(element: XmlElement, notes: Notes, parent?: string) {
    this.#element = element;
    this.#notes = notes;
    this.path = parent === undefined ? element.name : `${parent}/${element.name}`;
    this.#children = element.children.map((child) => new XmlNode(child, notes, this.path));
  }

  get name(): string {
    return this.#element.name;
  }

  get line(): number {
    return this.#element.line;
  }

  /** The value of an attribute. */
  attribute(name: string): string | undefined {
    this.#attributesRead.add(name);
    return this.#element.attributes.get(name);
  }

  /** Names of all attributes; they are not read by that. */
  attributeNames(): string[] {
    return [...this.#element.attributes.keys()];
  }

  /** The first child of a name; others of that name are reported, unless {@link children} reads them. */
  child(name: string): XmlNode | undefined {
    return this.#visit(this.#children.find((child) => child.name === name));
  }

  /** All children of a name, or all there are. */
  children(name?: string): XmlNode[] {
    const found = this.#children.filter((child) => name === undefined || child.name === name);
    for (const child of found) this.#visit(child);
    return found;
  }

  /** A child some levels down, first of its name on each level. */
  at(...names: string[]): XmlNode | undefined {
    return names.reduce<XmlNode | undefined>((node, name) => node?.child(name), this);
  }

  /** Whether there is such a child; it is not read by that. */
  has(name: string): boolean {
    return this.#children.some((child) => child.name === name);
  }

  /** The text in the element, without blanks around it. */
  text(): string {
    this.#textRead = true;
    return this.#element.text.trim();
  }

  /** An attribute with one of the given words; any other is dropped with a note. */
  oneOf<const T extends string>(name: string, words: readonly T[]): T | undefined {
    const value = this.attribute(name);
    if (value === undefined) return undefined;
    const word = words.find((known) => known === value);
    if (word === undefined) this.#refuse(name, value, `is none of ${words.join(', ')}`);
    return word;
  }

  /** An attribute `yes` or `no`. */
  yesNo(name: string): boolean | undefined {
    const word = this.oneOf(name, ['yes', 'no']);
    return word === undefined ? undefined : word === 'yes';
  }

  /** An attribute `on` or `off`. */
  onOff(name: string): boolean | undefined {
    const word = this.oneOf(name, ['on', 'off']);
    return word === undefined ? undefined : word === 'on';
  }

  /** An attribute with a whole number, decimal or hexadecimal (0x…), from `least` on. */
  integer(name: string, least = 0): number | undefined {
    const value = this.attribute(name);
    if (value === undefined) return undefined;
    const number = /^\s*(-?\d{1,16}|0x[\da-f]{1,13})\s*$/i.test(value) ? Number(value) : Number.NaN;
    if (Number.isSafeInteger(number) && number >= least) return number;
    this.#refuse(name, value, `is no whole number from ${least} on`);
    return undefined;
  }

  /** The text as a whole number. */
  integerText(least = 0): number | undefined {
    const value = this.text();
    const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
    if (Number.isSafeInteger(number) && number >= least) return number;
    this.#refuse(undefined, value, `is no whole number from ${least} on`);
    return undefined;
  }

  /** The text as bytes, by the attribute `unit`; libvirt's default is KiB nearly everywhere. */
  sizeText(defaultUnit = 'KiB'): number | undefined {
    const unit = this.attribute('unit') ?? defaultUnit;
    const value = this.text();
    const bytes = readSize(value, unit);
    if (bytes === undefined) this.#refuse(undefined, `${value} ${unit}`, 'is no size');
    return bytes;
  }

  /** An attribute as bytes, by the attribute `unit` beside it. */
  size(name: string, defaultUnit = 'KiB'): number | undefined {
    const value = this.attribute(name);
    const unit = this.attribute('unit') ?? defaultUnit;
    if (value === undefined) return undefined;
    const bytes = readSize(value, unit);
    if (bytes === undefined) this.#refuse(name, `${value} ${unit}`, 'is no size');
    return bytes;
  }

  /** An attribute, or the text if none is named, as CPUs: `0-7,^3` is all of the first eight but 3. */
  cpuList(name?: string): number[] | undefined {
    const value = name === undefined ? this.text() : this.attribute(name);
    if (value === undefined || value === '') return undefined;
    const cpus = readCpuList(value);
    if (cpus === undefined) this.#refuse(name, value, 'is no list of CPUs');
    return cpus;
  }

  /** Takes attributes (`@name`) and children as read: they mean nothing here, and nothing is lost with them. */
  ignore(...names: readonly string[]): void {
    for (const name of names) {
      if (name.startsWith('@')) this.#attributesRead.add(name.slice(1));
      else for (const child of this.#children) if (child.name === name) child.ignoreAll();
    }
  }

  /** Takes the element with all below it as read. */
  ignoreAll(): void {
    this.#visited = true;
    this.#ignored = true;
  }

  /** What nobody read, an element that nobody looked at as a whole. */
  unread(): Unread[] {
    if (this.#ignored) return [];
    const { line, path } = this;
    const attributes = [...this.#element.attributes]
      .filter(([name]) => !this.#attributesRead.has(name))
      .map(([name, value]) => ({ line, path: `${path}/@${name}`, xml: `${name}=${printable(value)}` }));
    const text = this.#element.text.trim();
    const texts = text === '' || this.#textRead ? [] : [{ line, path, xml: printable(text) }];
    const below = this.#children.flatMap((child) =>
      child.#visited ? child.unread() : [{ line: child.line, path: child.path, xml: child.#summary() }],
    );
    return [...attributes, ...texts, ...below];
  }

  #visit(node: XmlNode | undefined): XmlNode | undefined {
    if (node) node.#visited = true;
    return node;
  }

  #refuse(name: string | undefined, value: string, what: string): void {
    const path = name === undefined ? this.path : `${this.path}/@${name}`;
    this.#notes.dropped({ line: this.line, path }, `${printable(value)} ${what}`);
  }

  #summary(): string {
    const attributes = [...this.#element.attributes].map(([name, value]) => ` ${name}=${printable(value)}`);
    const text = this.#element.text.trim();
    return `<${this.name}${attributes.join('')}>${text === '' ? '' : printable(text)}`;
  }
}
