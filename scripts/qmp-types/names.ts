/** Hands out TypeScript names for schema types, each once, and remembers the types still to be declared. */
export class TypeNames {
  readonly #wanted: Readonly<Record<string, string>>;
  readonly #bySchemaName = new Map<string, string>();
  readonly #taken = new Set<string>(['EmptyObject', 'JsonObject', 'JsonValue', 'QmpCommands', 'QmpEvents']);
  readonly #undeclared: string[] = [];

  /** @param wanted names for types, by the path where they are first met, such as `query-status.status`. */
  constructor(wanted: Readonly<Record<string, string>>) {
    this.#wanted = wanted;
  }

  /** The name of a type; when it is new, one made from the path where it was met. */
  of(schemaName: string, path: string): string {
    const known = this.#bySchemaName.get(schemaName);
    if (known !== undefined) return known;
    const wanted = this.#wanted[path] ?? pascalCase(path);
    let name = wanted;
    for (let number = 2; this.#taken.has(name); number += 1) name = `${wanted}${number}`;
    this.#taken.add(name);
    this.#bySchemaName.set(schemaName, name);
    this.#undeclared.push(schemaName);
    return name;
  }

  /** The next type that was named, but not declared. */
  nextUndeclared(): { schemaName: string; name: string } | undefined {
    const schemaName = this.#undeclared.shift();
    const name = schemaName === undefined ? undefined : this.#bySchemaName.get(schemaName);
    return schemaName === undefined || name === undefined ? undefined : { schemaName, name };
  }
}

/** `query-status.status` becomes `QueryStatusStatus`, `JOB_STATUS_CHANGE.id` `JobStatusChangeId`. */
function pascalCase(path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const name = words
    .map((word) => (/[a-z]/.test(word) ? word : word.toLowerCase()))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return /^[0-9]/.test(name) ? `_${name}` : name;
}
