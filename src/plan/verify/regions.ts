/** Which of QEMU's mappings are the guest's memory. Pure. */
import type { MemoryBackend } from '../plan.js';
import type { MappingFacts } from './running.js';

/** Mappings next to each other that are one thing: the kernel splits and joins them as their flags differ. */
export type Region = Omit<MappingFacts, 'end' | 'inode' | 'permissions' | 'path'>;

/** The region of each piece of memory; undefined: there is none of its kind and size. */
export function findRegions(
  pieces: readonly MemoryBackend[],
  mappings: readonly MappingFacts[],
): (Region | undefined)[] {
  const used = new Set<string>();
  return pieces.map((piece) => {
    const free = mappings.filter((mapping) => isOf(piece, mapping) && !used.has(mapping.start));
    // A neighbour of the same kind may have become one with it.
    const larger = free.find(({ path, bytes }) => path === '' && bytes > piece.bytes);
    const run = exactRun(free, piece.bytes) ?? (larger === undefined ? undefined : [larger]);
    for (const { start } of run ?? []) used.add(start);
    return run === undefined ? undefined : regionOf(run);
  });
}

/** The first mappings in a row that come to so many bytes. */
function exactRun(mappings: readonly MappingFacts[], bytes: number): MappingFacts[] | undefined {
  for (const [index, first] of mappings.entries()) {
    const run = [first];
    let total = first.bytes;
    for (const next of mappings.slice(index + 1)) {
      const last = run.at(-1);
      if (total >= bytes || last?.end !== next.start || last.inode !== next.inode) break;
      run.push(next);
      total += next.bytes;
    }
    if (total === bytes) return run;
  }
  return undefined;
}

/** Shared anonymous memory is a file of the kernel's own. */
const sharedAnonymous = '/dev/zero (deleted)';

/** Code that emulation makes is writable too, and as large as memory: but it may be run. */
function isOf({ backing, path, shared }: MemoryBackend, mapping: MappingFacts): boolean {
  if (mapping.permissions !== (shared ? 'rw-s' : 'rw-p')) return false;
  switch (backing) {
    case 'memfd':
      return mapping.path.startsWith('/memfd:memory-backend-memfd');
    case 'file':
      return mapping.path === path || mapping.path.startsWith(`${path}/`);
    case 'anonymous':
      return mapping.path === '' || mapping.path === sharedAnonymous;
  }
}

/** A promise is kept by the whole if it is by every part: forbidding flags of any part count, and those that all parts have. */
function regionOf(group: readonly MappingFacts[]): Region | undefined {
  const [first] = group;
  if (first === undefined) return undefined;
  const sum = (of: (mapping: MappingFacts) => number) => group.reduce((total, one) => total + of(one), 0);
  const flags = new Set(group.flatMap((mapping) => mapping.flags));
  const inAll = (flag: string) => group.every((mapping) => mapping.flags.includes(flag));
  const nodes = [...new Set(group.flatMap(({ bytesByNode }) => bytesByNode.map(({ node }) => node)))];
  const onNode = (node: number) =>
    sum((one) => one.bytesByNode.find((each) => each.node === node)?.bytes ?? 0);
  return {
    start: first.start,
    bytes: sum(({ bytes }) => bytes),
    pageBytes: Math.min(...group.map(({ pageBytes }) => pageBytes)),
    residentBytes: sum(({ residentBytes }) => residentBytes),
    hugetlbBytes: sum(({ hugetlbBytes }) => hugetlbBytes),
    transparentHugeBytes: sum(({ transparentHugeBytes }) => transparentHugeBytes),
    flags: [...flags].filter((flag) => flag === 'mg' || flag === 'nh' || inAll(flag)),
    policy: group.every(({ policy }) => policy === first.policy) ? first.policy : 'mixed',
    bytesByNode: nodes.sort((a, b) => a - b).map((node) => ({ node, bytes: onNode(node) })),
  };
}
