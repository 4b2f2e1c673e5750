/** Reads an option of QEMU back into its members, in the JSON form and in the key=value form. Pure. util/keyval.c, util/qemu-option.c. */

export interface Members {
  readonly [name: string]: unknown;
}

/**
 * @param implied the member that the first part gives, if it has no `=`.
 * @param nested whether a dot in a key leads into a member (`file.filename`), as it does for options with a QAPI type.
 * @returns undefined if it is no text of either form.
 */
export function membersOf(value: string, implied: string, nested: boolean): Members | undefined {
  if (value.startsWith('{')) return parseJson(value);
  const members: Record<string, unknown> = empty();
  for (const [index, part] of splitParts(value).entries()) {
    const at = part.indexOf('=');
    if (at === -1 && index === 0) members[implied] = part;
    // `server` is short for `server=on`, as old command lines have it.
    else if (at === -1) put(members, [part], 'on');
    else put(members, nested ? part.slice(0, at).split('.') : [part.slice(0, at)], part.slice(at + 1));
  }
  return members;
}

/** A member of its own, never one of the prototype. */
export function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** At single commas; a doubled one is a comma of the value. */
function splitParts(value: string): string[] {
  const parts = [''];
  for (const [piece] of value.matchAll(/,,|,|[^,]+/g)) {
    if (piece === ',') parts.push('');
    else parts.push((parts.pop() ?? '') + (piece === ',,' ? ',' : piece));
  }
  return parts;
}

function parseJson(text: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMembers(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function put(members: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    members[name] = value;
    return;
  }
  const known = members[name];
  const inner = isMembers(known) ? { ...known } : {};
  const copy: Record<string, unknown> = Object.assign(empty(), inner);
  put(copy, rest, value);
  members[name] = copy;
}

/** Without a prototype: `constructor` is a key like any other. */
function empty(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}
