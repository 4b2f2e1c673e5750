import { describe, expect, it } from 'vitest';
import type { HostFacts } from '../../src/plan/facts.js';
import { type CpuOnMap, type HostMap, mapHost, type PlacedVm } from '../../src/plan/host-map.js';
import type { VcpuPlacement } from '../../src/plan/plan.js';
import {
  cpu0Offline,
  hostFacts,
  hybridMachine,
  notesMachine,
  subNumaMachine,
  unknownMachine,
} from '../support/hosts.js';

const cpusOf = (map: HostMap): CpuOnMap[] =>
  map.sockets
    .flatMap(({ nodes }) => nodes.flatMap(({ caches }) => caches.flatMap(({ cores }) => cores)))
    .flatMap(({ cpus }) => cpus);
const usedFor = (map: HostMap, use: CpuOnMap['use']): number[] =>
  cpusOf(map).flatMap((one) => (one.use === use ? [one.cpu] : []));

function vm(name: string, vcpus: readonly (readonly number[])[], housekeeping: readonly number[]): PlacedVm {
  const placed = vcpus.map((cpus, vcpu): VcpuPlacement => {
    const [cpu = null] = cpus.length === 1 ? cpus : [];
    return { vcpu, cpu, cpus, node: 0, core: 0 };
  });
  return { name, placement: { vcpus: placed, emulator: housekeeping, ioThreads: [], housekeeping } };
}

describe('mapHost', () => {
  it('has every online CPU once, in its socket, node, L3 domain and core', () => {
    const map = mapHost(subNumaMachine(), []);
    expect(
      map.sockets.map(({ socket, nodes }) => [
        socket,
        nodes.map(({ node, caches }) => [node, caches.map(({ cpus, cores }) => [cpus.length, cores.length])]),
      ]),
    ).toEqual([
      [
        0,
        [
          [0, [[20, 5]]],
          [1, [[20, 5]]],
        ],
      ],
      [
        1,
        [
          [2, [[20, 5]]],
          [3, [[20, 5]]],
        ],
      ],
    ]);
    expect(
      cpusOf(map)
        .map(({ cpu }) => cpu)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 40 }, (_, cpu) => cpu));
  });

  it('parts the kinds of a hybrid, and tells the offline', () => {
    const [socket] = mapHost(hybridMachine(), []).sockets;
    expect(socket?.nodes[0]?.caches.map(({ kind, maxMhz, cores }) => [kind, maxMhz, cores.length])).toEqual([
      ['performance', 4500, 6],
      ['efficiency', 3300, 8],
    ]);
    expect(mapHost(cpu0Offline(), []).offline).toEqual([0]);
  });

  it('names a die only where a socket has several', () => {
    const host = hostFacts({ coresPerL3: 4 });
    const diesOf = (facts: HostFacts) =>
      mapHost(facts, []).sockets.map(({ nodes }) => nodes[0]?.caches.map(({ die }) => die));
    expect(diesOf(host)).toEqual([[null]]);
    const two = host.cpus.map((cpu) => ({
      ...cpu,
      die: cpu.cpu < 2 ? 0 : 1,
      l3: cpu.cpu < 2 ? [0, 1] : [2, 3],
    }));
    expect(diesOf({ ...host, cpus: two })).toEqual([[0, 1]]);
  });

  it('shows what a CPU is there for: a vCPU, the host, isolated, free, or not ours', () => {
    const host = hostFacts({ coresPerL3: 6, isolated: [3], allowed: [0, 1, 2, 3, 4] });
    const alone = mapHost(host, []);
    expect(usedFor(alone, 'host')).toEqual([0]);
    expect(usedFor(alone, 'isolated')).toEqual([3]);
    expect(usedFor(alone, 'free')).toEqual([1, 2, 4]);
    expect(usedFor(alone, 'outside')).toEqual([5]);
    const shared = mapHost(host, [vm('web', [[1], [2]], [4]), vm('db', [[1], [2, 3]], [])]);
    expect(usedFor(shared, 'host')).toEqual([4]);
    expect(cpusOf(shared).filter(({ use }) => use === 'vcpu')).toEqual([
      {
        cpu: 1,
        use: 'vcpu',
        vcpus: [
          { vm: 'web', vcpu: 0 },
          { vm: 'db', vcpu: 0 },
        ],
      },
      { cpu: 2, use: 'vcpu', vcpus: [{ vm: 'web', vcpu: 1 }] },
    ]);
  });

  it('lists nodes without CPUs apart', () => {
    const host = notesMachine();
    const memory = { node: 3, cpus: [], memoryBytes: 5, availableBytes: 4, hugepages: [], distances: [] };
    expect(mapHost({ ...host, nodes: [...host.nodes, memory] }, []).memoryNodes).toEqual([
      { node: 3, memoryBytes: 5, availableBytes: 4, caches: [] },
    ]);
  });

  it('is empty for a machine of which nothing is known', () => {
    expect(mapHost(unknownMachine(), [])).toEqual({ sockets: [], memoryNodes: [], offline: [], vms: [] });
  });
});
