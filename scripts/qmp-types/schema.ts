/** What `query-qmp-schema` returns (QEMU: qapi/introspect.json). Names of types are hidden: they are numbers. */
export type SchemaEntity =
  | SchemaCommand
  | SchemaEvent
  | SchemaObject
  | { 'meta-type': 'enum'; name: string; values: string[] }
  | { 'meta-type': 'array'; name: string; 'element-type': string }
  | { 'meta-type': 'alternate'; name: string; members: { type: string }[] }
  | { 'meta-type': 'builtin'; name: string; 'json-type': string };

export interface SchemaCommand {
  'meta-type': 'command';
  name: string;
  'arg-type': string;
  'ret-type': string;
}

export interface SchemaEvent {
  'meta-type': 'event';
  name: string;
  'arg-type': string;
}

export interface SchemaObject {
  'meta-type': 'object';
  name: string;
  members: SchemaMember[];
  /** The member that says which variant it is. */
  tag?: string;
  variants?: { case: string; type: string }[];
}

export interface SchemaMember {
  name: string;
  type: string;
  /** Present: the member is optional. */
  default?: null;
  features?: string[];
}
