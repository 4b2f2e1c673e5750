/** Pools of huge pages, of the host or of a node (Documentation/admin-guide/mm/hugetlbpage). */
import type { HugepagePool } from '../plan/facts.js';
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
      pools.push({ pageBytes: kilobytes * 1024, total, free });
    }
  }
  return pools.sort((a, b) => a.pageBytes - b.pageBytes);
}
