/** UEFI firmware, found through the descriptors that its packages install (QEMU's docs/interop/firmware.json). */
import { posix } from 'node:path';
import type { FirmwareFacts } from '../plan/facts.js';
import type { Root } from './root.js';

/**
 * Reads the descriptors of UEFI for x86_64 that is mapped into flash with variables of the VM's own, best first: sorted by file name;
 * a file in a more specific folder replaces the one of the same name in a more general one, and hides it if it is empty.
 * Descriptors whose files are not there are left out.
 */
export function readFirmware(root: Root): FirmwareFacts[] {
  const paths = new Map<string, string>();
  for (const folder of descriptorFolders(root)) {
    for (const name of root.names(folder)) if (name.endsWith('.json')) paths.set(name, `${folder}/${name}`);
  }
  return [...paths]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, path]) => {
      const facts = parseDescriptor(root.text(path) ?? '');
      return facts !== null && root.exists(facts.code) && root.exists(facts.variables) ? [facts] : [];
    });
}

/** From general to specific. A captured tree has no user. */
function descriptorFolders(root: Root): string[] {
  const folders = ['/usr/share/qemu/firmware', '/etc/qemu/firmware'];
  if (!root.live) return folders;
  const { XDG_CONFIG_HOME: config, HOME: home } = process.env;
  if (config?.startsWith('/')) return [...folders, posix.join(config, 'qemu/firmware')];
  return home?.startsWith('/') ? [...folders, posix.join(home, '.config/qemu/firmware')] : folders;
}

/** @returns null for a descriptor of anything else, and for one that is broken: other packages' faults are not ours to stop at. */
function parseDescriptor(text: string): FirmwareFacts | null {
  const descriptor = field(parseJson(text));
  const mapping = field(descriptor('mapping'));
  const targets = list(descriptor('targets'));
  if (!list(descriptor('interface-types')).includes('uefi')) return null;
  const machines = targets
    .filter((target) => field(target)('architecture') === 'x86_64')
    .flatMap((target) => list(field(target)('machines')));
  if (machines.length === 0) return null;
  // `mode` came later; without it the image is split into code and variables.
  if (mapping('device') !== 'flash' || (mapping('mode') ?? 'split') !== 'split') return null;
  const code = flashFile(mapping('executable'));
  const variables = flashFile(mapping('nvram-template'));
  if (code === null || variables === null) return null;
  return {
    code: code.path,
    codeFormat: code.format,
    variables: variables.path,
    variablesFormat: variables.format,
    features: list(descriptor('features')).filter((feature) => typeof feature === 'string'),
    machines: machines.filter((machine) => typeof machine === 'string'),
  };
}

function flashFile(value: unknown): { path: string; format: 'raw' | 'qcow2' } | null {
  const path = field(value)('filename');
  const format = field(value)('format');
  if (typeof path !== 'string' || !path.startsWith('/')) return null;
  return format === 'raw' || format === 'qcow2' ? { path, format } : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Reads the fields of what may be an object. */
const field =
  (value: unknown) =>
  (key: string): unknown =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).find(([name]) => name === key)?.[1]
      : undefined;
