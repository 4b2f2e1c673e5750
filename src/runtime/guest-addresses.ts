/** Which addresses a guest has: as our networks gave them, or as its agent tells. */

import type { Lease } from '../networks/leases.js';
import type { VmPlan } from '../plan/plan.js';
import { askGuestAgent } from '../qmp/agent.js';

export interface NetworkStatus {
  readonly id: string;
  readonly mac: string;
  /** Of IPv4 and IPv6, without those of the link alone; empty where none is known. */
  readonly addresses: readonly string[];
}

/** Backends whose guests can have an address of a network of ours. */
const bridged: readonly string[] = ['tap', 'macvtap', 'bridgeHelper'];

/** @param agent the socket of an agent that listens; null: there is none. */
export async function guestNetworks(
  { devices }: Pick<VmPlan, 'devices'>,
  agent: string | null,
): Promise<NetworkStatus[]> {
  const cards = devices.filter((device) => device.kind === 'network');
  const leases = cards.some(({ backend }) => bridged.includes(backend.type)) ? await readLeases() : [];
  const given = cards.map(({ id, mac }) => ({
    id,
    mac,
    addresses: leases.filter((lease) => lease.mac === mac).map(({ address }) => address),
  }));
  if (agent === null || given.every(({ addresses }) => addresses.length > 0)) return given;
  const told = addressesTold(
    await askGuestAgent(agent, 'guest-network-get-interfaces', { timeout: patience }),
  );
  return given.map((card) => ({ ...card, addresses: told.get(card.mac) ?? card.addresses }));
}

/** Loaded only where there can be one. */
async function readLeases(): Promise<Lease[]> {
  return (await import('./networks/addresses.js')).currentLeases();
}

/** Seconds. An agent that listens answers in some milliseconds. */
const patience = 1;

/** By MAC address, of what the agent answers (qga/qapi-schema.json: GuestNetworkInterface). Pure. */
export function addressesTold(answer: unknown): Map<string, string[]> {
  const told = new Map<string, string[]>();
  for (const entry of listOf(answer)) {
    const mac = 'hardware-address' in entry ? entry['hardware-address'] : undefined;
    if (typeof mac !== 'string') continue;
    const addresses = listOf('ip-addresses' in entry ? entry['ip-addresses'] : undefined).flatMap((one) =>
      'ip-address' in one && typeof one['ip-address'] === 'string' ? [one['ip-address']] : [],
    );
    told.set(
      mac.toLowerCase(),
      addresses.filter((address) => !/^fe[89ab]/i.test(address) && /^[0-9a-f.:]{2,45}$/i.test(address)),
    );
  }
  return told;
}

/** The guest says what it likes. */
function listOf(value: unknown): object[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter((entry) => typeof entry === 'object' && entry !== null);
}
