/** Networks come and go one at a time: they share the switch of forwarding, and may not share addresses. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VmError } from '../../errors.js';
import { lock } from '../lock.js';
import { ensureFolder, userId } from '../roots.js';
import { removeBridge } from './bridge.js';
import { endDnsmasq } from './dnsmasq.js';
import { removeFirewall } from './firewall.js';
import { settleForwarding } from './forwarding.js';
import { keptNetworks, networkPaths, networksFolder } from './paths.js';
import { type NetworkRecord, readNetworkRecord, writeNetworkRecord } from './record.js';
import { removeTaps } from './taps.js';

/** Seconds that another such command is waited for. */
const patience = 60;

/**
 * Does it alone, after what a killed command left half done is undone.
 * @throws VmError `host.privilege`, `state.locked`.
 */
export async function changingNetworks<T>(purpose: string, work: () => Promise<T>): Promise<T> {
  if (userId() !== 0) {
    throw new VmError(
      'host.privilege',
      `${purpose} changes interfaces and rules of this machine: only root may`,
      {
        hint: `sudo ${purpose}; networks of the types user and passt in a spec need no rights.`,
      },
    );
  }
  ensureFolder(networksFolder());
  const held = await lock(join(networksFolder(), '.lock'), purpose, {
    subject: 'networks',
    timeout: patience,
  });
  try {
    for (const { phase, definition } of records()) {
      if (phase === 'starting' || phase === 'stopping') await takeDown(definition.name);
    }
    return await work();
  } finally {
    held.release();
  }
}

/** Those of all networks that are up, or half so. */
function records(): NetworkRecord[] {
  return keptNetworks().flatMap((name) => readNetworkRecord(name) ?? []);
}

/** Those that are up, besides one, as they are defined. */
export function otherNetworks(name: string) {
  return records()
    .map(({ definition }) => definition)
    .filter((definition) => definition.name !== name);
}

/** Undoes everything, last first. Each step may be done again, so that one that was killed is finished by the next command. */
export async function takeDown(name: string): Promise<void> {
  const record = readNetworkRecord(name);
  if (record === undefined) return;
  await writeNetworkRecord({ ...record, phase: 'stopping' });
  await endDnsmasq(name, record.dnsmasq);
  await settleForwarding(otherNetworks(name));
  await removeTaps(record.definition.taps);
  await removeBridge(name);
  await removeFirewall(record.definition);
  await rm(networkPaths(name).record, { force: true });
}
