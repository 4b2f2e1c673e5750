/** A file has one role: QEMU empties the file of a serial port and maps memory over a file, whatever was in it. Pure. */
import type { KeyIssue } from './error.js';
import type { VmSpec } from './schema.js';

interface Role {
  readonly key: string;
  readonly path: string;
  readonly writes: boolean;
}

export function checkPaths(spec: VmSpec): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const first = new Map<string, Role>();
  for (const role of roles(spec)) {
    const other = first.get(role.path);
    if (other === undefined) first.set(role.path, role);
    else if ((role.writes || other.writes) && !bothDisks(role, other)) {
      issues.push({
        key: role.key,
        message: `${other.key} is the same file, and one would destroy the other`,
        hint: 'name another file',
      });
    }
  }
  return issues;
}

function roles({ boot, memory, disks, serial }: VmSpec): Role[] {
  const optional = (key: string, path: string | undefined, writes: boolean): Role[] =>
    path === undefined ? [] : [{ key, path, writes }];
  return [
    ...optional('boot.kernel', boot.kernel, false),
    ...optional('boot.initrd', boot.initrd, false),
    ...disks.flatMap(({ source, readOnly }, index) =>
      optional(`disks[${index}].source`, pathOf(source), !readOnly),
    ),
    ...optional('memory.path', memory.path, true),
    ...serial.flatMap((port, index) =>
      port.type === 'file' ? [{ key: `serial[${index}].path`, path: port.path, writes: true }] : [],
    ),
  ];
}

/** Of a source that is one file of this host. */
function pathOf(source: VmSpec['disks'][number]['source']): string | undefined {
  if (typeof source !== 'object') return source;
  return source.type === 'file' || source.type === 'block' ? source.path : undefined;
}

/** Told by the check of disks. */
function bothDisks(a: Role, b: Role): boolean {
  return a.key.startsWith('disks') && b.key.startsWith('disks');
}
