/** The order in which firmware tries devices. Pure. */
import type { DeviceContext } from '../devices/context.js';
import { networkId } from '../devices/network-section.js';
import { bootKinds, kindOfDisk } from '../spec/boot.js';
import type { VmSpec } from '../spec/schema.js';

const kinds: readonly string[] = bootKinds;

/** Boot indexes from 1: the entries of `boot.order` one after the other, devices of a kind in the order of the spec; one that is named by its id has a place of its own. */
export function bootIndexes({ boot, disks, networks }: VmSpec): DeviceContext['bootIndex'] {
  // Places that devices say themselves (`boot: N`): the others go round them.
  const taken = new Set([...disks, ...networks].flatMap(({ boot: own }) => (own === undefined ? [] : [own])));
  const free = (nth: number | undefined) => (nth === undefined ? undefined : nthFree(nth, taken));
  const named = new Set<string>(boot.order.filter((entry) => !kinds.includes(entry)));
  const devices = [
    ...disks.map(({ id, type, boot: own }, index) => ({
      id: id ?? `disk${index}`,
      own,
      kind: kindOfDisk(type),
    })),
    ...networks.map((network, index) => ({
      id: networkId(network, index),
      own: network.boot,
      kind: 'net',
    })),
  ].filter(({ id, own }) => own === undefined && !named.has(id));
  const next = new Map<string, number>();
  let index = 1;
  for (const entry of new Set(boot.order)) {
    next.set(entry, index);
    index += kinds.includes(entry) ? devices.filter(({ kind }) => kind === entry).length : 1;
  }
  return (kind, id) => {
    if (id !== undefined && named.has(id)) return free(next.get(id));
    const own = next.get(kind);
    if (own !== undefined) next.set(kind, own + 1);
    return free(own);
  };
}

/** The nth number from 1 that is not taken. */
function nthFree(nth: number, taken: ReadonlySet<number>): number {
  let place = 0;
  for (let left = nth; left > 0; ) {
    place++;
    if (!taken.has(place)) left--;
  }
  return place;
}
