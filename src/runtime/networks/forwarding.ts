/** Whether the kernel forwards packets between interfaces: switched on for networks that need it, and off again by whoever is last. */
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VmError } from '../../errors.js';
import type { NetworkDefinition } from '../../networks/definition.js';
import { bootId } from '../process.js';
import { reasonOf } from '../thrown.js';
import { networksFolder } from './paths.js';
import { replaceFile } from './record.js';

const switch4 = '/proc/sys/net/ipv4/ip_forward';
/** With it the host takes no routes of other routers any more, unless its accept_ra is 2 (Linux: ip-sysctl). */
const switch6 = '/proc/sys/net/ipv6/conf/all/forwarding';

/** Pure. */
export function switchesFor({ mode, address6 }: NetworkDefinition): string[] {
  if (mode === 'isolated') return [];
  return address6 === undefined ? [switch4] : [switch4, switch6];
}

/**
 * Switches on what these networks need, and off what we switched on and none of them does.
 * @param networks all that are to be up from now on.
 * @throws VmError `host.forwarding`.
 */
export async function settleForwarding(networks: readonly NetworkDefinition[]): Promise<void> {
  const needed = new Set(networks.flatMap(switchesFor));
  const ours = readOurs();
  const coming = [...needed].filter((path) => read(path) === '0' && !ours.includes(path));
  // Written down before it is done.
  if (coming.length > 0) await writeOurs([...ours, ...coming]);
  for (const path of [...ours, ...coming]) {
    const wanted = needed.has(path) ? '1' : '0';
    if (read(path) !== wanted) await write(path, wanted);
  }
  await writeOurs([...ours, ...coming].filter((path) => needed.has(path)));
}

/** Those of the switches that one network needs, and that are off. */
export function missingForwarding(network: NetworkDefinition): string[] {
  return switchesFor(network).filter((path) => read(path) !== '1');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw refused(path, cause);
  }
}

async function write(path: string, value: string): Promise<void> {
  try {
    await writeFile(path, value);
  } catch (cause) {
    throw refused(path, cause);
  }
}

function refused(path: string, cause: unknown): VmError {
  return new VmError('host.forwarding', `${path}: ${reasonOf(cause)}`, {
    cause,
    hint: 'Networks of the modes nat and routed need it; isolated ones do without.',
  });
}

const journal = () => join(networksFolder(), 'forwarding.json');

/** The switches that we turned on since the last boot. */
function readOurs(): string[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(journal(), 'utf8'));
  } catch {
    return [];
  }
  const { bootId: boot, on } = (value ?? {}) as { bootId?: unknown; on?: unknown };
  if (boot !== bootId() || !Array.isArray(on)) return [];
  return [switch4, switch6].filter((path) => on.includes(path));
}

async function writeOurs(on: readonly string[]): Promise<void> {
  if (on.length === 0) await rm(journal(), { force: true });
  else await replaceFile(journal(), `${JSON.stringify({ bootId: bootId(), on })}\n`);
}
