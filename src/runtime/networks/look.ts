/** Looking at networks: `vm network list`, `show` and `leases`. Changes nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { macOfHost } from '../../networks/check.js';
import type { NetworkDefinition } from '../../networks/definition.js';
import { dhcpRange } from '../../networks/dnsmasq.js';
import { firewallText } from '../../networks/firewall.js';
import { type Lease, parseLeases } from '../../networks/leases.js';
import { isInterface } from '../ip.js';
import { portsOf } from './bridge.js';
import { noSuchNetwork } from './down.js';
import { findNetwork } from './files.js';
import { vmsByMac, vmsByTap } from './guests.js';
import { definedNetworks, keptNetworks, networkNames, networkPaths } from './paths.js';
import { problemsOf } from './problems.js';
import { type NetworkRecord, readNetworkRecord } from './record.js';

/** `degraded`: something of it is gone; `foreign`: not up by us, and there is an interface of its name. */
export type NetworkState = 'up' | 'degraded' | 'down' | 'foreign';

export interface NetworkSummary {
  readonly name: string;
  readonly state: NetworkState;
  /** Its file; null: it is gone, or elsewhere. */
  readonly file: string | null;
  /** As it is up, else as its file says; null where that is wrong, or gone. */
  readonly mode: NetworkDefinition['mode'] | null;
  readonly address: string | null;
  readonly address6: string | null;
  /** How many interfaces are in its bridge. */
  readonly ports: number;
}

/** Every network that has a file in the usual folders, or of which something is kept, by name. */
export async function networkList(cwd?: string): Promise<NetworkSummary[]> {
  const defined = definedNetworks(cwd);
  return Promise.all(
    networkNames(cwd).map(async (name): Promise<NetworkSummary> => {
      const record = readNetworkRecord(name);
      const definition = record?.definition ?? definitionIn(defined.get(name));
      return {
        name,
        state: stateOf(name, record, record === undefined ? [] : await problemsOf(record)),
        file: record?.file ?? defined.get(name) ?? null,
        mode: definition?.mode ?? null,
        address: definition?.address ?? null,
        address6: definition?.address6 ?? null,
        ports: portsOf(name).length,
      };
    }),
  );
}

function stateOf(name: string, record: NetworkRecord | undefined, problems: readonly string[]): NetworkState {
  if (record === undefined) return isInterface(name) ? 'foreign' : 'down';
  return problems.length > 0 ? 'degraded' : 'up';
}

/** One that is wrong is told by `up` and `show`. */
function definitionIn(file: string | undefined): NetworkDefinition | undefined {
  if (file === undefined) return undefined;
  try {
    return findNetwork(file).definition;
  } catch {
    return undefined;
  }
}

export interface NetworkPort {
  readonly interface: string;
  /** The VM that has it; null: none of ours. */
  readonly vm: string | null;
}

export interface NetworkDetails {
  readonly name: string;
  readonly state: NetworkState;
  readonly problems: readonly string[];
  readonly file: string;
  readonly definition: NetworkDefinition;
  /** The addresses that DHCP gives; null: none. */
  readonly range: { readonly from: string; readonly to: string } | null;
  readonly ports: readonly NetworkPort[];
  /** Of its dnsmasq; null: it does not run. */
  readonly pid: number | null;
  readonly log: string;
  /** What nft is told; null: nothing. */
  readonly firewall: string | null;
}

/** @throws VmError `spec.*`, `state.network`. */
export async function networkShow(nameOrFile: string, cwd?: string): Promise<NetworkDetails> {
  const { definition, file, record } = lookUp(nameOrFile, cwd);
  const { name } = definition;
  const problems = record === undefined ? [] : await problemsOf(record);
  const vms = vmsByTap();
  return {
    name,
    state: stateOf(name, record, problems),
    problems,
    file,
    definition,
    range: definition.dhcp.enabled ? dhcpRange(definition) : null,
    ports: portsOf(name).map((port) => ({ interface: port, vm: vms.get(port) ?? null })),
    pid: record?.dnsmasq?.pid ?? null,
    log: networkPaths(name).log,
    firewall: firewallText(definition),
  };
}

/** A network that is up is shown as it is, even if its file has changed or is gone since. */
function lookUp(nameOrFile: string, cwd: string | undefined) {
  const kept = keptNetworks().includes(nameOrFile) ? readNetworkRecord(nameOrFile) : undefined;
  if (kept !== undefined) return { ...kept, record: kept };
  const found = findNetwork(nameOrFile, cwd);
  return { ...found, record: readNetworkRecord(found.definition.name) };
}

export interface NetworkLease extends Lease {
  /** The VM that has the card: one that runs, or one that `hosts` names; null: none that is known. */
  readonly vm: string | null;
}

/** Who has which address, by address. @throws VmError `state.no-such-network` if the network was never up. */
export function networkLeases(name: string): NetworkLease[] {
  const { leases, folder } = networkPaths(name);
  if (!existsSync(folder)) throw noSuchNetwork(name);
  const text = existsSync(leases) ? readFileSync(leases, 'utf8') : '';
  const hosts = readNetworkRecord(name)?.definition.hosts ?? [];
  const named = hosts.flatMap((host) => {
    const mac = macOfHost(host);
    return mac === undefined || host.vm === undefined ? [] : [[mac, host.vm] as const];
  });
  const vms = new Map([...named, ...vmsByMac()]);
  return parseLeases(text)
    .map((lease) => ({ ...lease, vm: vms.get(lease.mac) ?? null }))
    .sort((a, b) => a.address.localeCompare(b.address, 'en', { numeric: true }));
}
