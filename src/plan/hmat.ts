/** The heterogeneous memory of a guest (ACPI HMAT). Pure. QEMU's docs: qemu-options, -numa hmat-lb and hmat-cache. */
import { type HmatRow, hasHmat } from '../spec/hmat.js';

type Row = HmatRow & { readonly cpus?: readonly number[] | undefined };

/** In QEMU's words; null: nothing is told of the node. */
export interface HmatPlan {
  readonly initiator: number;
  readonly bandwidths: readonly Readonly<Record<string, number | string>>[];
  readonly caches: readonly Readonly<Record<string, number | string>>[];
}

/** For each row; all of them or none, as QEMU wants every node to have an initiator. */
export function planHmat(rows: readonly Row[]): (HmatPlan | null)[] {
  if (!hasHmat(rows)) return rows.map(() => null);
  return rows.map((row, node) => ({
    initiator: row.initiator ?? nearest(rows, node),
    bandwidths: row.paths.flatMap((path) => pathsOf(path, node)),
    caches: row.caches.map(({ level, size, associativity, policy, line }) => ({
      'node-id': node,
      size,
      level,
      associativity,
      policy,
      ...(line === undefined ? {} : { line }),
    })),
  }));
}

/** A node with vCPUs is its own. */
function nearest(rows: readonly Row[], node: number): number {
  const has = (row: Row | undefined) => (row?.cpus ?? []).length > 0;
  if (has(rows[node])) return node;
  const latency = (row: Row) =>
    Math.min(
      ...row.paths
        .filter(({ to, cache }) => to === node && cache === 0)
        .map((path) => path.latency ?? Number.POSITIVE_INFINITY),
      Number.POSITIVE_INFINITY,
    );
  const initiators = rows.map((row, index) => ({ row, index })).filter(({ row }) => has(row));
  const sorted = initiators
    .map(({ row, index }) => ({ index, latency: latency(row) }))
    .sort((a, b) => (a.latency === b.latency ? a.index - b.index : a.latency - b.latency));
  return sorted[0]?.index ?? 0;
}

const hierarchies = ['memory', 'first-level', 'second-level', 'third-level'];

function pathsOf({ to, cache, access, latency, bandwidth }: HmatRow['paths'][number], node: number) {
  const common = { initiator: node, target: to, hierarchy: hierarchies[cache] ?? 'memory' };
  return [
    ...(latency === undefined ? [] : [{ ...common, 'data-type': `${access}-latency`, latency }]),
    ...(bandwidth === undefined ? [] : [{ ...common, 'data-type': `${access}-bandwidth`, bandwidth }]),
  ];
}
