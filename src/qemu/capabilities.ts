/** What a QEMU binary can do: asked once, and remembered as long as binary, modules and kernel stay what they are. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import type { QemuCapabilities } from '../plan/qemu-capabilities.js';
import { readCache, writeCache } from './cache.js';
import { capabilitiesIdentity } from './capabilities-identity.js';
import { isObject } from './capabilities-json.js';
import { probeCapabilities } from './capabilities-probe.js';

/** Probes under way, so that several launches at once ask one QEMU. */
const underWay = new Map<string, Promise<QemuCapabilities>>();

/**
 * What this binary can do, from the cache, or asked of it, which takes some 200 ms.
 * @param binary an absolute path.
 * @throws VmError `qemu.capabilities` if it does not start or answer.
 */
export async function readCapabilities(binary: string): Promise<QemuCapabilities> {
  const identity = capabilitiesIdentity(binary);
  const name = `qemu-${digest(realpathSync(binary)).slice(0, 16)}.json`;
  const known = remembered(readCache(name), identity);
  if (known !== undefined) return known;
  const pending = underWay.get(identity) ?? probeAndKeep(binary, identity, name);
  underWay.set(identity, pending);
  try {
    return await pending;
  } finally {
    underWay.delete(identity);
  }
}

async function probeAndKeep(binary: string, identity: string, name: string): Promise<QemuCapabilities> {
  const capabilities = await probeCapabilities(binary);
  // Replaced by an update while it was asked: what it told is of one of the two.
  if (capabilitiesIdentity(binary) === identity) {
    writeCache(name, { identity, digest: digest(JSON.stringify(capabilities)), capabilities });
  }
  return capabilities;
}

/** The digest proves that it is what was written, whole: its form need not be looked at again. */
function remembered(entry: unknown, identity: string): QemuCapabilities | undefined {
  if (!isObject(entry) || entry.identity !== identity || entry.capabilities === undefined) return undefined;
  if (entry.digest !== digest(JSON.stringify(entry.capabilities))) return undefined;
  return entry.capabilities as QemuCapabilities;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
