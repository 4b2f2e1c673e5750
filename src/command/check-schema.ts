/** Checks a value against a type of QEMU's QAPI schema: the names in it, and the words of its enums. Pure. */
import type { QemuSchema, QemuType } from '../plan/qemu-capabilities.js';
import { isMembers, type Members, own } from './check-arguments.js';

/** A name that this QEMU does not know. */
export interface Unknown {
  /** A kind of thing (`thread-context`), one of its members, or the word that a member has. */
  readonly what: 'variant' | 'member' | 'value';
  /** With the members that lead there: `file.locking`. */
  readonly path: string;
  readonly name: string;
  /** The variant that it is a member of, as far as one was chosen. */
  readonly of: string;
  readonly known: readonly string[];
}

/** Everything in the value that the type does not have. */
export function unknownIn(schema: QemuSchema, type: string, value: unknown): Unknown[] {
  const unknown: Unknown[] = [];
  look({ schema, report: (found) => void unknown.push(found) }, { type, value, path: [], of: '' });
  return unknown;
}

interface Walk {
  readonly schema: QemuSchema;
  readonly report: (unknown: Unknown) => void;
}

interface Place {
  readonly type: string;
  readonly value: unknown;
  readonly path: readonly string[];
  readonly of: string;
}

function look(walk: Walk, place: Place): void {
  const type = own(walk.schema.types, place.type);
  const { value, path, of } = place;
  switch (type?.kind) {
    case 'enum':
      if (typeof value !== 'string' || type.values.includes(value)) return;
      walk.report({ what: 'value', path: path.join('.'), name: value, of, known: type.values });
      return;
    case 'list':
      if (Array.isArray(value))
        for (const item of value) look(walk, { ...place, type: type.of, value: item });
      return;
    case 'alternate':
      lookAtAlternate(walk, place, type.of);
      return;
    case 'object':
      if (isMembers(value)) lookAtObject(walk, place, type, value);
      return;
    default:
      return;
  }
}

/** QAPI tells alternatives apart by the JSON type; only objects have names in them. */
function lookAtAlternate(walk: Walk, place: Place, alternatives: readonly string[]): void {
  if (!isMembers(place.value)) return;
  const type = alternatives.find((name) => own(walk.schema.types, name)?.kind === 'object');
  if (type !== undefined) look(walk, { ...place, type });
}

type ObjectType = Extract<QemuType, { kind: 'object' }>;

function lookAtObject(walk: Walk, place: Place, type: ObjectType, value: Members): void {
  const chosen = chooseVariant(walk, place, type, value);
  if (chosen === undefined) return;
  for (const [name, inner] of Object.entries(value)) {
    const path = [...place.path, name];
    const member = own(chosen.members, name);
    if (member !== undefined) look(walk, { type: member, value: inner, path, of: chosen.of });
    else {
      const known = Object.keys(chosen.members);
      walk.report({ what: 'member', path: path.join('.'), name, of: chosen.of, known });
    }
  }
}

interface Chosen {
  readonly members: Readonly<Record<string, string>>;
  readonly of: string;
}

/** The members that this value may have. Undefined: not known, because its variant is not given or does not exist. */
function chooseVariant(walk: Walk, place: Place, type: ObjectType, value: Members): Chosen | undefined {
  if (type.tag === null) return { members: type.members, of: place.of };
  const name = value[type.tag];
  if (typeof name !== 'string') return undefined;
  const names = own(walk.schema.types, type.members[type.tag] ?? '');
  if (names?.kind === 'enum' && !names.values.includes(name)) {
    const path = [...place.path, type.tag].join('.');
    walk.report({ what: 'variant', path, name, of: place.of, known: names.values });
    return undefined;
  }
  const variant = own(walk.schema.types, own(type.variants, name) ?? '');
  const of = place.of || name;
  if (variant?.kind !== 'object') return { members: type.members, of };
  const inner = chooseVariant(walk, { ...place, of }, variant, value);
  return inner && { members: { ...type.members, ...inner.members }, of };
}
