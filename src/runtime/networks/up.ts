/** Making a network: `vm network up`. */
import { isDeepStrictEqual } from 'node:util';
import type { NetworkDefinition } from '../../networks/definition.js';
import { bootId } from '../process.js';
import { ensureFolder } from '../roots.js';
import { makeBridge, refuseOverlap, refuseTakenBridge } from './bridge.js';
import { changingNetworks, otherNetworks, takeDown } from './change.js';
import { checkDnsmasq, startDnsmasq } from './dnsmasq.js';
import { type FoundNetwork, findNetwork } from './files.js';
import { checkFirewall, makeFirewall, refuseTakenTable } from './firewall.js';
import { settleForwarding } from './forwarding.js';
import { networkPaths } from './paths.js';
import { problemsOf } from './problems.js';
import { type NetworkRecord, readNetworkRecord, writeNetworkRecord } from './record.js';
import { makeTaps, outdatedTaps, refuseTaps, removeTaps } from './taps.js';

export interface NetworkUpResult {
  readonly name: string;
  /** `made`; `changed`: it was up, and is now as its file says; `same`: nothing was to be done. */
  readonly outcome: 'made' | 'changed' | 'same';
}

/**
 * Makes the network of a file as the file says; guests that are on it stay on it.
 * @param nameOrFile as {@link findNetwork} takes it.
 * @throws VmError `spec.*`; `host.network`, `host.firewall`, `host.forwarding`, `host.dnsmasq`, `host.privilege`; `state.locked`. A network
 *   that was not up is then undone.
 */
export async function networkUp(nameOrFile: string, cwd?: string): Promise<NetworkUpResult> {
  const found = findNetwork(nameOrFile, cwd);
  const { name } = found.definition;
  return changingNetworks('vm network up', async () => {
    const before = readNetworkRecord(name);
    ensureFolder(networkPaths(name).folder);
    await refuse(found.definition, before);
    if (before === undefined) {
      await makeNew(found);
      return { name, outcome: 'made' };
    }
    const same = before.phase === 'up' && isDeepStrictEqual(before.definition, found.definition);
    if (same && (await problemsOf(before)).length === 0) return { name, outcome: 'same' };
    // While the record still knows of them.
    await removeTaps(outdatedTaps(before.definition, found.definition));
    await make({ ...before, ...found, phase: 'changing' });
    return { name, outcome: 'changed' };
  });
}

/** All that can be told before anything is touched. */
async function refuse(definition: NetworkDefinition, before: NetworkRecord | undefined): Promise<void> {
  refuseOverlap(definition);
  refuseTaps(definition, before?.definition);
  if (before === undefined) {
    refuseTakenBridge(definition);
    await refuseTakenTable(definition);
  }
  await checkFirewall(definition);
  await checkDnsmasq(definition);
}

async function makeNew(found: FoundNetwork): Promise<void> {
  try {
    await make({ version: 1, ...found, phase: 'starting', bootId: bootId(), dnsmasq: null });
  } catch (error) {
    await takeDown(found.definition.name);
    throw error;
  }
}

/** The rules come first, so that nothing passes before them. */
async function make(planned: NetworkRecord): Promise<void> {
  const { definition } = planned;
  const record = await writeNetworkRecord(planned);
  await makeFirewall(definition);
  await makeBridge(definition);
  await makeTaps(definition);
  await settleForwarding([...otherNetworks(definition.name), definition]);
  const dnsmasq = await startDnsmasq(definition, record.dnsmasq);
  await writeNetworkRecord({ ...record, dnsmasq, phase: 'up' });
}
