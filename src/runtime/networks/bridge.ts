/** The bridge of a network, with the host's addresses on it (ip-link(8), ip-address(8)). */
import { readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { VmError } from '../../errors.js';
import type { NetworkDefinition } from '../../networks/definition.js';
import { formatSubnet, overlap, subnetOf } from '../../networks/ipv4.js';
import { stableMac } from '../../plan/mac.js';
import { deleteInterface, ip, isInterface, refuseTakenInterface } from '../ip.js';

const code = 'host.network';

/** @throws VmError `host.network` if there is an interface of that name. */
export function refuseTakenBridge({ name }: NetworkDefinition): void {
  refuseTakenInterface(name, code);
}

/** @throws VmError `host.network` if another interface has addresses of this network: packets would go the wrong way. */
export function refuseOverlap({ name, address }: NetworkDefinition): void {
  const subnet = subnetOf(address);
  for (const [other, addresses = []] of Object.entries(networkInterfaces())) {
    const cidr = addresses.find(
      (each) => each.family === 'IPv4' && each.cidr !== null && overlap(subnet, subnetOf(each.cidr)),
    )?.cidr;
    if (cidr == null || other === name) continue;
    throw new VmError(code, `${formatSubnet(subnet)} overlaps with ${cidr}, which ${other} has`, {
      hint: `Give ${name} another address.`,
    });
  }
}

/**
 * Makes it if it is not there, and gives it these addresses and no others. Its own MAC address stays what it is whatever comes and goes
 * on its ports, so that guests need not learn anew who their router is.
 * @throws VmError `host.network` with the words of `ip`.
 */
export async function makeBridge({ name, address, address6, mtu }: NetworkDefinition): Promise<void> {
  const words = ['address', stableMac(`network ${name}`, 0), 'mtu', `${mtu ?? usualMtu}`];
  if (isInterface(name)) await ip(['link', 'set', 'dev', name, ...words], code);
  else await ip(['link', 'add', 'name', name, ...words, 'type', 'bridge', 'stp_state', '0'], code);
  await ip(['address', 'flush', 'dev', name, 'scope', 'global'], code);
  await ip(['address', 'add', address, 'broadcast', '+', 'dev', name], code);
  // A bridge without ports has no carrier: there the search for others of this address would never end.
  if (address6 !== undefined) await ip(['-6', 'address', 'add', address6, 'dev', name, 'nodad'], code);
  await ip(['link', 'set', 'dev', name, 'up'], code);
}

const usualMtu = 1500;

export async function removeBridge(name: string): Promise<void> {
  await deleteInterface(name, code);
}

/** Names of the interfaces that are in it; none where it is gone. */
export function portsOf(name: string): string[] {
  try {
    return readdirSync(`/sys/class/net/${name}/brif`).sort();
  } catch {
    return [];
  }
}
