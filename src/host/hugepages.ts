/** Pools of huge pages, of the host or of a node (Documentation/admin-guide/mm/hugetlbpage). */
import type { HostFacts, HugepagePool } from '../plan/facts.js';
import { parseBytes } from '../units.js';
import { wholeNumber } from './parse.js';
import type { Root } from './root.js';

/** Reads the folder `hugepages`, smallest pages first. A pool whose counts are not there is unknown and left out. */
export function readHugepagePools(root: Root, folder: string): HugepagePool[] {
  const pools: HugepagePool[] = [];
  for (const name of root.names(folder)) {
    const kilobytes = wholeNumber(/^hugepages-(\d+)kB$/.exec(name)?.[1]);
    const total = wholeNumber(root.text(`${folder}/${name}/nr_hugepages`));
    const free = wholeNumber(root.text(`${folder}/${name}/free_hugepages`));
    if (kilobytes !== null && total !== null && free !== null) {
      const reserved = wholeNumber(root.text(`${folder}/${name}/resv_hugepages`)) ?? 0;
      pools.push({ pageBytes: kilobytes * 1024, total, free, ...(reserved > 0 ? { reserved } : {}) });
    }
  }
  return pools.sort((a, b) => a.pageBytes - b.pageBytes);
}

/** Mounts of hugetlbfs. One that does not say its size of pages has the default size. */
export function readHugetlbfs(root: Root, defaultBytes: number | null): HostFacts['hugetlbfs'] {
  const lines = (root.text('/proc/self/mounts') ?? root.text('/proc/mounts') ?? '').split('\n');
  return lines.flatMap((line) => {
    const [, path, type, options = ''] = line.split(' ');
    if (type !== 'hugetlbfs' || path === undefined) return [];
    const size = /(?:^|,)pagesize=(\d+[KMG])(?:,|$)/.exec(options)?.[1];
    const pageBytes = size === undefined ? defaultBytes : (parseBytes(size) ?? null);
    return pageBytes === null ? [] : [{ path: path.replaceAll('\\040', ' '), pageBytes }];
  });
}
