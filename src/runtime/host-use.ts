/** Who has the huge pages and the CPUs of a machine. */
import { readHostFacts } from '../host/facts.js';
import { type ProcessPages, readHugepagesOf } from '../host/numa-maps.js';
import { openRoot } from '../host/root.js';
import { type CpuInUse, cpusInUse } from '../plan/cpu-use.js';
import type { HostFacts, HugepagePool } from '../plan/facts.js';
import { livingRecords } from './claims.js';
import type { VmRecord } from './record.js';
import { vmRoots } from './roots.js';

export interface PoolOnNode extends Omit<HugepagePool, 'reserved'> {
  /** Null: the whole machine, where the kernel shows no nodes. */
  readonly node: number | null;
  /** Pages that each live VM has here; its launch added `added` of them to the pool. */
  readonly vms: readonly { readonly vm: string; readonly pages: number; readonly added: number }[];
  /** In use by anything else. */
  readonly others: number;
}

export interface HostHugepages {
  /** By size, then by node. */
  readonly pools: readonly PoolOnNode[];
  /** Free pages that processes were promised and have not touched, by size; the kernel does not say on which node. */
  readonly reserved: readonly { readonly pageBytes: number; readonly pages: number }[];
}

/**
 * @param sysroot the folder of a captured machine, on which no VM of this one is. Default: this machine.
 * @throws VmError `usage.sysroot` if the path is no folder.
 */
export function hostHugepages(sysroot?: string): HostHugepages {
  const host = readHostFacts(sysroot);
  const root = openRoot();
  const vms = liveVms(host).map((record) => ({
    record,
    held: record.qemu === null ? [] : readHugepagesOf(root, record.qemu.pid),
  }));
  const pools = poolsOf(host).map(({ node, pageBytes, total, free }) => {
    const users = vms
      .map(({ record, held }) => ({
        vm: record.name,
        pages: pagesIn(held, pageBytes, node),
        added: addedBy(record, pageBytes, node),
      }))
      .filter(({ pages, added }) => pages > 0 || added > 0);
    const known = users.reduce((sum, { pages }) => sum + pages, 0);
    return { node, pageBytes, total, free, vms: users, others: Math.max(0, total - free - known) };
  });
  const reserved = host.hugepages.map(({ pageBytes, reserved: pages = 0 }) => ({ pageBytes, pages }));
  return { pools, reserved };
}

/** @param sysroot as in {@link hostHugepages}. @throws VmError `usage.sysroot` if the path is no folder. */
export function hostCpus(sysroot?: string): CpuInUse[] {
  const host = readHostFacts(sysroot);
  const vms = liveVms(host).map(({ name, plan: { placement } }) => ({ name, placement }));
  return cpusInUse(host, vms);
}

function liveVms({ live }: HostFacts): VmRecord[] {
  return live ? livingRecords(vmRoots()) : [];
}

function poolsOf({ nodes, hugepages }: HostFacts): (HugepagePool & { readonly node: number | null })[] {
  const byNode = nodes.flatMap(({ node, hugepages: pools }) => pools.map((pool) => ({ node, ...pool })));
  const pools = byNode.length > 0 ? byNode : hugepages.map((pool) => ({ node: null, ...pool }));
  return pools.sort((a, b) => a.pageBytes - b.pageBytes || (a.node ?? 0) - (b.node ?? 0));
}

function pagesIn(held: readonly ProcessPages[], pageBytes: number, node: number | null): number {
  return held
    .filter((one) => one.pageBytes === pageBytes && (node === null || one.node === node))
    .reduce((sum, { pages }) => sum + pages, 0);
}

function addedBy({ resources }: VmRecord, pageBytes: number, node: number | null): number {
  return resources
    .filter((one) => one.kind === 'hugepages' && one.pageBytes === pageBytes && one.node === node)
    .reduce((sum, one) => sum + (one.kind === 'hugepages' ? one.add : 0), 0);
}
