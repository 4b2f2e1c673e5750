/** Taking networks away: `vm network down` and `vm network remove`. */
import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { VmError } from '../../errors.js';
import type { NetworkDefinition } from '../../networks/definition.js';
import { portsOf } from './bridge.js';
import { changingNetworks, takeDown } from './change.js';
import { vmsByTap } from './guests.js';
import { definedNetworks, networkPaths } from './paths.js';
import { readNetworkRecord } from './record.js';
import { isOpen } from './taps.js';

export interface NetworkDownOptions {
  /** Even while guests are on it. */
  readonly force?: boolean | undefined;
}

/**
 * Undoes what {@link networkUp} made; its leases stay, so that guests find their addresses again.
 * @returns false if it was not up.
 * @throws VmError `state.no-such-network`, `state.in-use`, `state.locked`, `host.*`.
 */
export async function networkDown(
  name: string,
  { force = false }: NetworkDownOptions = {},
): Promise<boolean> {
  const { folder } = networkPaths(name);
  return changingNetworks('vm network down', async () => {
    const record = readNetworkRecord(name);
    if (record === undefined) {
      if (!existsSync(folder) && !definedNetworks().has(name)) throw noSuchNetwork(name);
      return false;
    }
    if (!force) refuseUsed(record.definition);
    await takeDown(name);
    return true;
  });
}

/**
 * Takes away what a network that is down keeps: its leases and its log. Its file is the user's.
 * @throws VmError `state.no-such-network`, `state.network-up`, `state.locked`.
 */
export async function networkRemove(name: string): Promise<void> {
  const paths = networkPaths(name);
  await changingNetworks('vm network remove', async () => {
    if (!existsSync(paths.folder)) throw noSuchNetwork(name);
    if (readNetworkRecord(name) !== undefined) {
      throw new VmError('state.network-up', `the network ${name} is up`, {
        hint: `Take it down first: vm network down ${name}.`,
      });
    }
    const files = [paths.record, paths.leases, paths.log, `${paths.log}.1`];
    await Promise.all(files.map((file) => rm(file, { force: true })));
    // What somebody else put there stays, and the folder with it.
    await rmdir(paths.folder).catch(() => undefined);
  });
}

function refuseUsed({ name, taps }: NetworkDefinition): void {
  const owners = new Map(taps.map(({ device, user }) => [device, user]));
  const ports = portsOf(name).filter((port) => !owners.has(port) || isOpen(port));
  if (ports.length === 0) return;
  const vms = vmsByTap();
  const users = ports.map((port) => {
    const owner = owners.get(port);
    return vms.get(port) ?? (owner === undefined ? `the interface ${port}` : `a VM of ${owner} (${port})`);
  });
  throw new VmError('state.in-use', `the network ${name} is in use by ${[...new Set(users)].join(', ')}`, {
    hint: `Stop them first, or say --force: they then lose their network, also once ${name} is up again.`,
  });
}

export function noSuchNetwork(name: string): VmError {
  return new VmError('state.no-such-network', `there is no network ${name}`, {
    hint: 'vm network list shows those that are there.',
  });
}
