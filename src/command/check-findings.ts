/** How it is told that a QEMU lacks something. Pure. */
import type { ErrorCode } from '../errors.js';
import type { Finding } from '../plan/findings.js';
import type { QemuCapabilities } from '../plan/qemu-capabilities.js';
import { versionText } from '../plan/qemu-features.js';
import { nearest } from '../spec/nearest.js';
import { cameWith, isOlder } from './check-since.js';
import type { QemuOption } from './option.js';

export interface Lack {
  readonly code: ErrorCode;
  /** After "QEMU 7.2.22 has no": `device igb`, say. */
  readonly what: string;
  /** The name under which its version is kept (check-since.ts). */
  readonly since?: string;
  readonly name: string;
  /** What there is instead. */
  readonly known: Iterable<string>;
}

export function lackFinding(option: QemuOption, lack: Lack, { version }: QemuCapabilities): Finding {
  const came = lack.since === undefined ? undefined : cameWith(lack.since);
  const older = came !== undefined && isOlder(version, came);
  const message = `QEMU ${versionText(version)} has no ${lack.what}${older ? `: it came with QEMU ${came}` : ''}`;
  return {
    severity: 'missing',
    code: lack.code,
    key: option.origin,
    message,
    hint: hintOf(lack, came, older),
  };
}

/** What Debian packs on its own: the beginning of a name, and the package. */
const packages: readonly (readonly [RegExp, string])[] = [
  [/^virtio-(gpu|vga)-gl/, 'Debian 12: qemu-system-gui; later: qemu-system-modules-opengl'],
  [/^(gtk|sdl|pa|jack)$/, 'Debian: qemu-system-gui'],
  [/^(qxl|spice)/, 'Debian 12: qemu-system-common; later: qemu-system-modules-spice'],
];

function hintOf({ name, known }: Lack, came: string | undefined, older: boolean): string {
  if (older) return 'Leave it out, or name a newer QEMU in qemu.binary.';
  if (came !== undefined) return 'This build lacks it, or the package of its module is not installed.';
  const [, packed] = packages.find(([pattern]) => pattern.test(name)) ?? [];
  if (packed !== undefined) return `It is in a module of QEMU that is not installed (${packed}).`;
  const near = nearest(name, known);
  if (near !== undefined) return `Did you mean ${near}?`;
  return '"vm qemu" shows what it has; a package with more modules may be there to install.';
}
