/** Latencies and bandwidths between guest nodes, and caches in front of them. Pure. libvirt's docs: formatdomain, "ACPI Heterogeneous Memory Attribute Table". */
import { formatBytes } from '../units.js';
import type { SpecDocument } from './draft.js';
import type { XmlNode } from './node.js';

type Row = Extract<NonNullable<SpecDocument['numa']>, readonly unknown[]>[number];
type Path = NonNullable<Row['paths']>[number];
type Cache = NonNullable<Row['caches']>[number];

/** Of a cell. */
export function cachesOf(cell: XmlNode): Cache[] {
  return cell.children('cache').flatMap((cache) => {
    const level = cache.integer('level', 1);
    const size = cache.child('size')?.size('value');
    const line = cache.child('line')?.size('value', 'B');
    const associativity = cache.oneOf('associativity', ['none', 'direct', 'full']);
    const policy = cache.oneOf('policy', ['none', 'writeback', 'writethrough']);
    if (level === undefined || size === undefined) return [];
    return {
      level,
      size: formatBytes(size),
      associativity: associativity === 'full' ? 'complex' : associativity,
      policy: policy === 'none' ? policy : policy === 'writethrough' ? 'write-through' : 'write-back',
      line,
    };
  });
}

/** By the node that they begin at. */
export function pathsOf(links: XmlNode | undefined): ReadonlyMap<number, Path[]> {
  const paths = new Map<number, Path[]>();
  const add = (link: XmlNode, value: Pick<Path, 'latency' | 'bandwidth'>) => {
    const from = link.integer('initiator') ?? 0;
    const to = link.integer('target') ?? 0;
    const cache = link.integer('cache', 1);
    const access = link.oneOf('type', ['access', 'read', 'write']);
    const known = paths.get(from) ?? [];
    const same = known.findIndex(
      (one) =>
        one.to === to &&
        one.cache === cache &&
        one.access === access &&
        (value.latency === undefined ? one.bandwidth : one.latency) === undefined,
    );
    const before = known[same];
    if (before === undefined) known.push({ to, cache, access, ...value });
    else known[same] = { ...before, ...value };
    paths.set(from, known);
  };
  for (const link of links?.children('latency') ?? []) {
    const latency = link.integer('value', 1);
    if (latency !== undefined) add(link, { latency });
  }
  for (const link of links?.children('bandwidth') ?? []) {
    const bandwidth = link.size('value');
    if (bandwidth !== undefined) add(link, { bandwidth: formatBytes(bandwidth) });
  }
  return paths;
}
