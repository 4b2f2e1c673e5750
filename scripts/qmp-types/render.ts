import { TypeNames } from './names.js';
import type { SchemaCommand, SchemaEntity, SchemaEvent, SchemaMember, SchemaObject } from './schema.js';

export interface Selection {
  commands: readonly string[];
  events: readonly string[];
  /** Commands that take members beyond those of the schema. */
  openCommands: readonly string[];
  /** Members that newer QEMUs lack, by path: optional, though the schema says otherwise. */
  laterRemoved: readonly string[];
  /** Names for types, by the path where they are first met. */
  typeNames: Readonly<Record<string, string>>;
}

interface Rendered {
  /** The TypeScript module. */
  text: string;
  /** Selected commands and events that this QEMU does not have. */
  missing: string[];
}

const width = 110;

/** Turns a QEMU's schema into TypeScript: the maps `QmpCommands` and `QmpEvents`, and the types that they need. Pure. */
export function renderTypes(
  schema: readonly SchemaEntity[],
  selection: Selection,
  qemuVersion: string,
): Rendered {
  const renderer = new Renderer(schema, selection);
  const has = (metaType: string) => (name: string) => renderer.find(name)?.['meta-type'] === metaType;
  const commands = selection.commands.filter(has('command'));
  const events = selection.events.filter(has('event'));
  const present = new Set([...commands, ...events]);
  const text = [
    `// Made by scripts/qmp-types.ts from the query-qmp-schema of QEMU ${qemuVersion}. Not to be edited.`,
    '// Names of types are made from where they are first met: the schema hides those of QEMU.',
    "import type { JsonObject, JsonValue } from './wire.js';",
    '',
    'type EmptyObject = Record<string, never>;',
    '',
    renderer.map('QmpCommands', commands),
    renderer.map('QmpEvents', events),
    ...renderer.declarations(),
  ].join('\n');
  const missing = [...selection.commands, ...selection.events].filter((name) => !present.has(name));
  return { text, missing };
}

class Renderer {
  readonly #entities: ReadonlyMap<string, SchemaEntity>;
  readonly #names: TypeNames;
  readonly #open: ReadonlySet<string>;
  readonly #laterRemoved: ReadonlySet<string>;

  constructor(schema: readonly SchemaEntity[], { openCommands, laterRemoved, typeNames }: Selection) {
    this.#entities = new Map(schema.map((entity) => [entity.name, entity]));
    this.#names = new TypeNames(typeNames);
    this.#open = new Set(openCommands);
    this.#laterRemoved = new Set(laterRemoved);
  }

  find(name: string): SchemaEntity | undefined {
    return this.#entities.get(name);
  }

  map(name: string, members: readonly string[]): string {
    const lines = [...members]
      .sort()
      .map((member) => `  ${key(member)}: ${this.#mapped(this.#entity(member))};`);
    return `export interface ${name} ${block(lines)}\n`;
  }

  /** Everything that was named so far, and what that names in turn. */
  declarations(): string[] {
    const declared: string[] = [];
    for (let next = this.#names.nextUndeclared(); next; next = this.#names.nextUndeclared()) {
      declared.push(this.#declaration(next.name, this.#entity(next.schemaName)));
    }
    return declared;
  }

  #entity(name: string): SchemaEntity {
    const entity = this.#entities.get(name);
    if (entity === undefined) throw new Error(`The schema has no entity ${name}.`);
    return entity;
  }

  #mapped(entity: SchemaEntity): string {
    if (entity['meta-type'] === 'command') return this.#command(entity);
    if (entity['meta-type'] === 'event') return this.#event(entity);
    throw new Error(`${entity.name} is neither a command nor an event.`);
  }

  #command(command: SchemaCommand): string {
    const parameters = this.#type(command['arg-type'], `${command.name}.arguments`);
    const open = this.#open.has(command.name) ? ' & JsonObject' : '';
    const returns = this.#type(command['ret-type'], `${command.name}.returns`);
    return `{ arguments: ${parameters}${open}; returns: ${returns} }`;
  }

  #event(event: SchemaEvent): string {
    return this.#type(event['arg-type'], `${event.name}.data`);
  }

  /** The text for a use of a type. @param path where it is used: what a new type is named after. */
  #type(name: string, path: string): string {
    const entity = this.#entity(name);
    switch (entity['meta-type']) {
      case 'builtin':
        return builtin(entity['json-type']);
      case 'array':
        return `${this.#type(entity['element-type'], path.replace(/\.returns$/, '.item'))}[]`;
      case 'object':
        return isEmpty(entity) ? 'EmptyObject' : this.#names.of(name, path);
      default:
        return this.#names.of(name, path);
    }
  }

  #declaration(name: string, entity: SchemaEntity): string {
    switch (entity['meta-type']) {
      case 'object':
        return entity.tag === undefined ? this.#interface(name, entity.members) : this.#union(name, entity);
      case 'enum':
        return alias(name, entity.values.map(quote));
      case 'alternate':
        return alias(name, this.#alternatives(name, entity.members));
      default:
        throw new Error(`${name} needs no declaration.`);
    }
  }

  #alternatives(name: string, members: readonly { type: string }[]): string[] {
    return members.map(({ type }, index) => this.#type(type, `${name}.${index + 1}`));
  }

  #interface(name: string, members: readonly SchemaMember[]): string {
    const lines = members.map((member) => {
      const path = `${stem(name)}.${member.name}`;
      const deprecated = member.features?.includes('deprecated') ? '  /** @deprecated */\n' : '';
      const optional = 'default' in member || this.#laterRemoved.has(path) ? '?' : '';
      return `${deprecated}  ${key(member.name)}${optional}: ${this.#type(member.type, path)};`;
    });
    return `interface ${name} ${block(lines)}\n`;
  }

  /** Members that all variants have, and for each variant its tag with its own. */
  #union(name: string, { tag = '', members, variants = [] }: SchemaObject): string {
    const tags = this.#tagValues(members, tag);
    const typeOf = (value: string) => {
      const type = variants.find((variant) => variant.case === value)?.type;
      return type === undefined ? 'EmptyObject' : this.#type(type, `${stem(name)}.${value}`);
    };
    const cases = [...groupBy(tags, typeOf)].map(([own, values]) => {
      const tagged = `{ ${key(tag)}: ${values.map(quote).join(' | ')} }`;
      return own === 'EmptyObject' ? tagged : `(${tagged} & ${own})`;
    });
    const common = members.filter((member) => member.name !== tag);
    if (common.length === 0) return alias(name, cases);
    return `${this.#interface(`${name}Base`, common)}\ntype ${name} = ${name}Base & (${lines(cases)}\n);\n`;
  }

  #tagValues(members: readonly SchemaMember[], tag: string): string[] {
    const type = members.find((member) => member.name === tag)?.type;
    const entity = type === undefined ? undefined : this.#entity(type);
    if (entity?.['meta-type'] !== 'enum') throw new Error(`The tag ${tag} is no enum.`);
    return entity.values;
  }
}

function block(lines: readonly string[]): string {
  return `{\n${lines.map((line) => `${line}\n`).join('')}}`;
}

function isEmpty({ members, tag }: SchemaObject): boolean {
  return members.length === 0 && tag === undefined;
}

function builtin(jsonType: string): string {
  const types: Readonly<Record<string, string>> = { int: 'number', value: 'JsonValue' };
  return types[jsonType] ?? jsonType;
}

/** The prefix for the names of what a type contains. */
function stem(name: string): string {
  return name.replace(/(Arguments|Returns|Item|Data|Base)$/, '');
}

function quote(text: string): string {
  return `'${text}'`;
}

function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : quote(name);
}

function alias(name: string, types: readonly string[]): string {
  const oneLine = `type ${name} = ${types.join(' | ')};`;
  return oneLine.length <= width ? `${oneLine}\n` : `type ${name} =${lines(types)};\n`;
}

/** A union over several lines: variants one a line, values as many as fit. */
function lines(types: readonly string[]): string {
  const indent = '\n ';
  let text = '';
  let column = width;
  for (const type of types) {
    const part = ` | ${type}`;
    const fits = !type.endsWith('}') && !type.endsWith(')') && column + part.length <= width;
    text += fits ? part : indent + part;
    column = fits ? column + part.length : indent.length + part.length;
  }
  return text;
}

/** Node 20 lacks Map.groupBy. */
function groupBy(values: readonly string[], keyOf: (value: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}
