/** The machine as a picture shows it: sockets, nodes, L3 domains, cores, and what each CPU is there for. Pure. */
import type { CpuFacts, HostFacts, NodeFacts } from './facts.js';
import { type Core, describeMachine, groupBy, type Machine } from './placement/machine.js';
import { chooseReserve } from './placement/reserve.js';
import type { PlacementPlan } from './plan.js';

/** What a CPU is there for; several vCPUs share it only where VMs are not exclusive. */
export type CpuUse = 'vcpu' | 'host' | 'isolated' | 'free' | 'outside';

export interface CpuOnMap {
  readonly cpu: number;
  readonly use: CpuUse;
  readonly vcpus: readonly { readonly vm: string; readonly vcpu: number }[];
}

export interface CoreOnMap {
  readonly core: number | null;
  readonly cpus: readonly CpuOnMap[];
}

/** Cores of one kind that share an L3 cache; `cpus` are all that share it, also on other nodes. */
export interface CacheOnMap {
  /** Null where the socket has one alone, or it is unknown. */
  readonly die: number | null;
  readonly cpus: readonly number[];
  readonly bytes: number | null;
  readonly kind: CpuFacts['kind'];
  readonly maxMhz: number | null;
  readonly cores: readonly CoreOnMap[];
}

export interface NodeOnMap {
  /** Null: CPUs that belong to no node. */
  readonly node: number | null;
  readonly memoryBytes: number | null;
  readonly availableBytes: number | null;
  readonly caches: readonly CacheOnMap[];
}

export interface SocketOnMap {
  readonly socket: number | null;
  readonly nodes: readonly NodeOnMap[];
}

export interface HostMap {
  readonly sockets: readonly SocketOnMap[];
  /** Nodes that have memory and no CPUs. */
  readonly memoryNodes: readonly NodeOnMap[];
  readonly offline: readonly number[];
  readonly vms: readonly PlacedVm[];
}

/** A live VM, and where its threads are. */
export interface PlacedVm {
  readonly name: string;
  readonly placement: Pick<PlacementPlan, 'vcpus' | 'emulator' | 'ioThreads' | 'housekeeping'>;
}

/** Draws up the map. The host's CPUs are those that live VMs leave it, or, where there is none, those that `reserve: auto` would. */
export function mapHost(host: HostFacts, vms: readonly PlacedVm[]): HostMap {
  const machine = describeMachine(host, []);
  const uses = usesOf(machine, vms);
  const cores = [...new Set(machine.coreOf.values())].sort((a, b) => a.order - b.order);
  return {
    sockets: [...groupBy(cores, ({ socket }) => socket)].map(([socket, members]) => ({
      socket,
      nodes: [...groupBy(members, ({ node }) => node)].map(([node, ofNode]) => ({
        ...nodeOnMap(host.nodes.find((one) => one.node === node)),
        node,
        caches: [...groupBy(ofNode, (core) => `${core.l3} ${core.kind}`).values()].map((ofCache) =>
          cacheOnMap(ofCache, machine, uses, new Set(members.map(({ die }) => die)).size > 1),
        ),
      })),
    })),
    memoryNodes: host.nodes.filter(({ cpus }) => cpus.length === 0).map(nodeOnMap),
    offline: host.cpus.filter(({ online }) => !online).map(({ cpu }) => cpu),
    vms,
  };
}

function nodeOnMap(facts: NodeFacts | undefined): NodeOnMap {
  return {
    node: facts?.node ?? null,
    memoryBytes: facts?.memoryBytes ?? null,
    availableBytes: facts?.availableBytes ?? null,
    caches: [],
  };
}

function cacheOnMap(
  cores: readonly Core[],
  { facts }: Machine,
  uses: (cpu: number) => CpuOnMap,
  severalDies: boolean,
): CacheOnMap {
  const first = facts.get(cores[0]?.cpus[0] ?? -1);
  const speeds = cores.map(({ cpus: [cpu = -1] }) => facts.get(cpu)?.maxMhz ?? 0);
  return {
    die: severalDies ? (first?.die ?? null) : null,
    cpus: first?.l3 ?? [],
    bytes: first?.l3Bytes ?? null,
    kind: first?.kind ?? null,
    maxMhz: Math.max(...speeds) || null,
    cores: cores.map(({ cpus }) => ({ core: facts.get(cpus[0] ?? -1)?.core ?? null, cpus: cpus.map(uses) })),
  };
}

function usesOf(machine: Machine, vms: readonly PlacedVm[]): (cpu: number) => CpuOnMap {
  const pinned = vms.flatMap(({ name: vm, placement }) =>
    placement.vcpus.flatMap(({ vcpu, cpu }) => (cpu === null ? [] : [{ cpu, vm, vcpu }])),
  );
  const vcpusOn = groupBy(pinned, ({ cpu }) => cpu);
  const kept = vms.flatMap(({ placement }) => placement.housekeeping);
  const reserve = chooseReserve({ reserve: 'auto', vcpus: 'auto' }, machine).cpus;
  const hosts = new Set(vms.length > 0 ? kept : reserve);
  const allowed = new Set(machine.allowed);
  return (cpu) => {
    const vcpus = (vcpusOn.get(cpu) ?? []).map(({ vm, vcpu }) => ({ vm, vcpu }));
    const isIsolated = machine.facts.get(cpu)?.isolated === true;
    const unused = !allowed.has(cpu) ? 'outside' : isIsolated ? 'isolated' : 'free';
    return { cpu, vcpus, use: vcpus.length > 0 ? 'vcpu' : hosts.has(cpu) ? 'host' : unused };
  };
}
