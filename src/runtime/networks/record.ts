/** What is known of a network that was made: written before anything of it is, so that what was killed half way can be undone. */
import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { VmError } from '../../errors.js';
import type { NetworkDefinition } from '../../networks/definition.js';
import { bootId, type ProcessIdentity } from '../process.js';
import { networkPaths } from './paths.js';

export interface NetworkRecord {
  readonly version: 1;
  readonly definition: NetworkDefinition;
  /** The file that it came from. */
  readonly file: string;
  /** `starting` and `stopping`: is undone by the next command; `changing`: was up before, guests may be on it, the next `up` goes on. */
  readonly phase: 'starting' | 'changing' | 'up' | 'stopping';
  readonly bootId: string;
  /** Null until it was started. */
  readonly dnsmasq: ProcessIdentity | null;
}

/**
 * @returns undefined where it is not up; nor is one of an earlier boot, of which nothing is left.
 * @throws VmError `state.network`: it can't be read.
 */
export function readNetworkRecord(name: string): NetworkRecord | undefined {
  const { record: path } = networkPaths(name);
  if (!existsSync(path)) return undefined;
  const record = parseNetworkRecord(readFileSync(path, 'utf8'));
  if (record === undefined) {
    throw new VmError('state.network', `${path} is no record of this version of vm`, {
      hint: `It tells of the bridge ${name}, its table vm_${name} of nft and its dnsmasq: remove them by hand, then the file.`,
    });
  }
  return record.bootId === bootId() ? record : undefined;
}

/** Pure. @returns undefined for anything else. */
export function parseNetworkRecord(text: string): NetworkRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isRecord(value) ? value : undefined;
}

const phases: readonly unknown[] = ['starting', 'changing', 'up', 'stopping'];

function isRecord(value: unknown): value is NetworkRecord {
  if (!isObject(value) || value.version !== 1) return false;
  const { definition, file, phase, dnsmasq } = value;
  return (
    isObject(definition) &&
    typeof definition.name === 'string' &&
    typeof definition.address === 'string' &&
    isObject(definition.dhcp) &&
    Array.isArray(definition.taps) &&
    typeof file === 'string' &&
    phases.includes(phase) &&
    typeof value.bootId === 'string' &&
    (dnsmasq === null || (isObject(dnsmasq) && typeof dnsmasq.pid === 'number'))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only the holder of the lock may write. @returns the record. */
export async function writeNetworkRecord(record: NetworkRecord): Promise<NetworkRecord> {
  await replaceFile(networkPaths(record.definition.name).record, `${JSON.stringify(record, null, 1)}\n`);
  return record;
}

/** As a whole, or not at all. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}
