/** docs/spec.md from the JSON Schema of the spec. Pure. */

import type { JsonSchema } from '../../src/spec/json-schema.js';
import { head } from './head.js';
import {
  defaultText,
  descriptionText,
  type Group,
  KeyWalk,
  type Row,
  topLevel,
  type Variant,
} from './keys.js';
import { code, typeText } from './types.js';

/** Markdown with a section for each top-level key, in the order of the schema; the same schema gives the same text. */
export function renderSpecDocs(schema: JsonSchema): string {
  const walk = new KeyWalk();
  const sections = Object.entries(schema.properties ?? {}).flatMap(([name, key]) => {
    const { rows, groups } = walk.section(key, name);
    return [`## ${code(name)}`, ...sentence(key), ...table(rows), ...groups.flatMap(groupBlocks)];
  });
  return `${[head.trimEnd(), ...sections].join('\n\n')}\n`;
}

/** Type, default and description of a top-level key, as a paragraph; none where it would only say that it is a map. */
function sentence(schema: JsonSchema): string[] {
  const fallback = defaultText(schema);
  const facts = `${capital(typeText(schema))}${fallback && `; default: ${fallback}`}.`;
  const description = escaped(descriptionText(schema));
  if (description) return [`${facts} ${capital(description)}.`];
  return facts === 'Map.' ? [] : [facts];
}

function table(rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  const lines = rows.map(({ key, type, fallback, description }) =>
    line([code(key), type, fallback, escaped(description)].map((cell) => cell.replaceAll('|', '\\|'))),
  );
  return [
    [line(['Key', 'Value', 'Default', 'What']), line(['---', '---', '---', '---']), ...lines].join('\n'),
  ];
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`.replaceAll(/ {2,}/g, ' ');
}

/** A part each variant that is written out here, then one line for each place where others are. */
function groupBlocks({ path, variants }: Group): string[] {
  const here = variants.filter(({ as }) => as === undefined);
  const places = [...new Set(variants.flatMap(({ as }) => as ?? []))];
  return [
    ...here.flatMap((variant) => variantBlocks(path, variant)),
    ...places.map((place) => sameAs(path, place, variants)),
  ];
}

function variantBlocks(path: string, { name, description, rows }: Variant): string[] {
  const what = description ? [`${capital(escaped(description))}.`] : [];
  const none = rows.length === 0 && what.length === 0 ? ['No further keys.'] : [];
  return [`### ${code(path)}, ${code(`type: ${name}`)}`, ...what, ...none, ...table(rows)];
}

function sameAs(path: string, place: string, variants: readonly Variant[]): string {
  const names = variants.filter(({ as }) => as === place).map(({ name }) => code(name));
  return `${code(path)} of type ${names.join(', ')}: with the keys of [${code(place)}](#${topLevel(place).toLowerCase()}).`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Text that Markdown would take for markup, except in code spans, which stay. */
function escaped(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(/[<*]/g, '\\$&')))
    .join('');
}
