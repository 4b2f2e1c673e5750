/** QEMU's QAPI schema, 200 KB as `query-qmp-schema` gives it, reduced to what checking a command line needs. */
import type { QemuSchema, QemuType } from '../plan/qemu-capabilities.js';
import { field, type JsonObject, list, named, text } from './capabilities-json.js';

/** @param entries the answer to `query-qmp-schema` (docs/devel/qapi-code-gen, "Client JSON Protocol introspection"). */
export function compactSchema(entries: readonly JsonObject[]): QemuSchema {
  const byName = new Map(entries.map((entry) => [text(entry.name), entry]));
  const argument = (command: string) => text(byName.get(command)?.['arg-type'], '') || null;
  const roots = {
    object: argument('object-add'),
    netdev: argument('netdev_add'),
    blockdev: argument('blockdev-add'),
    chardev: memberType(byName.get(argument('chardev-add') ?? ''), 'backend'),
  };
  return { types: reachable(Object.values(roots), byName), ...roots };
}

function memberType(object: JsonObject | undefined, name: string): string | null {
  const member = list(object?.members).find((candidate) => field(candidate, 'name') === name);
  return member === undefined ? null : text(field(member, 'type'), '');
}

function reachable(
  roots: readonly (string | null)[],
  byName: ReadonlyMap<string, JsonObject>,
): Record<string, QemuType> {
  const types: Record<string, QemuType> = {};
  const wanted = new Set(roots.filter((root) => root !== null));
  // A set goes on over what is added to it on the way.
  for (const name of wanted) {
    const type = compactType(byName.get(name));
    if (type === undefined) continue;
    types[name] = type;
    for (const other of namesIn(type)) wanted.add(other);
  }
  return types;
}

/** Undefined: a plain value. */
function compactType(entry: JsonObject | undefined): QemuType | undefined {
  switch (entry?.['meta-type']) {
    case 'enum':
      return { kind: 'enum', values: list(entry.values).map((value) => text(value)) };
    case 'array':
      return { kind: 'list', of: text(entry['element-type']) };
    case 'alternate':
      return { kind: 'alternate', of: list(entry.members).map((member) => text(field(member, 'type'))) };
    case 'object':
      return {
        kind: 'object',
        members: named(list(entry.members), 'name', 'type'),
        tag: text(entry.tag, '') || null,
        variants: named(list(entry.variants), 'case', 'type'),
      };
    default:
      return undefined;
  }
}

function namesIn(type: QemuType): string[] {
  switch (type.kind) {
    case 'enum':
      return [];
    case 'list':
      return [type.of];
    case 'alternate':
      return [...type.of];
    case 'object':
      return [...Object.values(type.members), ...Object.values(type.variants)];
  }
}
