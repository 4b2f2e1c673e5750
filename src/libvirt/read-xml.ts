/** XML to elements, with bounds that hold for any input. Pure. */
import { SaxesParser } from 'saxes';
import { VmError } from '../errors.js';
import { codeFrame } from '../spec/frame.js';
import { escapeUnprintable } from '../spec/printable.js';
import { qemuNamespace, type XmlElement } from './element.js';

/** Bytes of a text, and a character is at least one of them. A domain of thousands of devices has less. */
const mostBytes = 1024 ** 2;
/** libvirt's own format nests some ten levels. */
const mostDepth = 64;
const mostElements = 50_000;

interface OpenElement {
  readonly name: string;
  readonly line: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/**
 * Reads a document. Nothing outside the text is ever read: a DOCTYPE, and with it every entity that is not XML's own, is refused.
 * @param file how the document is called in errors.
 * @throws VmError `import.xml` with the place of what is wrong, and nothing else, whatever the text is.
 */
export function readXml(text: string | Uint8Array, file: string): XmlElement {
  return new Reader(decode(text, file), file).read();
}

function decode(text: string | Uint8Array, file: string): string {
  const wrong = (message: string) => new VmError('import.xml', `${escapeUnprintable(file)}: ${message}`);
  if (text.length > mostBytes) throw wrong('is huge: a domain is at most 1 MiB');
  if (typeof text === 'string') return text.replace(/^\ufeff/, '');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch (cause) {
    throw new VmError('import.xml', `${escapeUnprintable(file)}: is no UTF-8 text`, { cause });
  }
}

class Reader {
  readonly #parser = new SaxesParser({ xmlns: true, position: true });
  readonly #open: OpenElement[] = [];
  #root: XmlElement | undefined;
  #line = 1;
  #elements = 0;

  constructor(
    readonly text: string,
    readonly file: string,
  ) {
    this.#parser.on('error', ({ message }) => this.#fail(message.replace(/^(?:\S+:)?\d+:\d+: /, '')));
    this.#parser.on('doctype', () => this.#fail('a DOCTYPE is refused: a domain needs no entities'));
    this.#parser.on('xmldecl', ({ encoding }) => {
      if (encoding !== undefined && !/^(utf-?8|us-ascii)$/i.test(encoding))
        this.#fail(`encoding ${encoding} is not read: save it as UTF-8`);
    });
    this.#parser.on('opentagstart', () => {
      // It has read one character more than the name: at column 0 that was the end of the line.
      this.#line = this.#parser.line - (this.#parser.columnIndex === 0 ? 1 : 0);
    });
    this.#parser.on('opentag', ({ uri, local, attributes }) => {
      if (++this.#elements > mostElements) this.#fail(`has more than ${mostElements} elements`);
      if (this.#open.length >= mostDepth) this.#fail(`is nested more than ${mostDepth} levels deep`);
      const named = Object.values(attributes)
        .filter(({ prefix, name }) => prefix !== 'xmlns' && name !== 'xmlns')
        .map((attribute): [string, string] => [resolved(attribute.uri, attribute.local), attribute.value]);
      this.#open.push({
        name: resolved(uri, local),
        line: this.#line,
        attributes: new Map(named),
        children: [],
        text: '',
      });
    });
    const addText = (more: string) => {
      const element = this.#open.at(-1);
      if (element) element.text += more;
    };
    this.#parser.on('text', addText);
    this.#parser.on('cdata', addText);
    this.#parser.on('closetag', () => {
      const element = this.#open.pop();
      if (!element) return;
      const parent = this.#open.at(-1);
      if (parent) parent.children.push(element);
      else this.#root = element;
    });
  }

  read(): XmlElement {
    try {
      this.#parser.write(this.text).close();
    } catch (error) {
      if (error instanceof VmError) throw error;
      this.#fail(error instanceof Error ? error.message : String(error));
    }
    return this.#root ?? this.#fail('is empty');
  }

  #fail(message: string): never {
    const { line, columnIndex } = this.#parser;
    const column = columnIndex + 1;
    throw new VmError(
      'import.xml',
      `${escapeUnprintable(this.file)}:${line}:${column}: ${escapeUnprintable(message)}`,
      { details: codeFrame(this.text, line, column) },
    );
  }
}

function resolved(uri: string, local: string): string {
  if (uri === '') return local;
  return uri === qemuNamespace ? `qemu:${local}` : `{${uri}}${local}`;
}
