/** A machine with 20 CPUs, siblings n and n+10, and three VMs on it where `auto` puts them. */
import { type HostMap, mapHost, type PlacedVm } from '../../src/plan/host-map.js';
import { planPlacement } from '../../src/plan/placement/placement.js';
import { vmSpecSchema } from '../../src/spec/schema.js';
import { notesMachine } from '../../test/support/hosts.js';

const wishes = [
  { name: 'web', cpu: { vcpus: 8 }, ioThreads: 1 },
  { name: 'db', cpu: { vcpus: 4 }, ioThreads: 1 },
  { name: 'build', cpu: { vcpus: 4 } },
];

export function exampleMap(): HostMap {
  const host = notesMachine();
  const vms: PlacedVm[] = [];
  const claims: { vm: string; exclusiveCpus: readonly number[] }[] = [];
  for (const wish of wishes) {
    const { placement } = planPlacement({ spec: vmSpecSchema.parse(wish), host, claims });
    vms.push({ name: wish.name, placement });
    claims.push({ vm: wish.name, exclusiveCpus: placement.exclusiveCpus });
  }
  return mapHost(host, vms);
}
