/** Mappings of a process: what is behind each, and on which node its pages are. Kernel: proc_pid_smaps(5), proc_pid_numa_maps(5). */
import type { MappingFacts } from '../plan/verify/running.js';
import type { Root } from './root.js';

/** All mappings, in the order of their addresses. Reading them walks the page tables of the process: some milliseconds a GiB. */
export function readMappings(root: Root, pid: number): MappingFacts[] {
  const nodes = parseNumaMaps(root.text(`/proc/${pid}/numa_maps`) ?? '');
  return parseSmaps(root.text(`/proc/${pid}/smaps`) ?? '').map((mapping) => {
    const { policy = null, bytesByNode = [] } = nodes.get(mapping.start) ?? {};
    return { ...mapping, policy, bytesByNode };
  });
}

type Nodes = Pick<MappingFacts, 'policy' | 'bytesByNode'>;

/** `7f57dbe00000 bind:0 anon=1536 N0=1536 kernelpagesize_kB=4`, by address. Pure. */
export function parseNumaMaps(text: string): Map<string, Nodes> {
  const maps = new Map<string, Nodes>();
  for (const line of text.split('\n')) {
    const [start, policy, ...words] = line.split(' ');
    if (start === undefined || policy === undefined) continue;
    const pageBytes = Number(/ kernelpagesize_kB=(\d+)/.exec(line)?.[1] ?? 4) * 1024;
    const bytesByNode = words.flatMap((word) => {
      const [, node, pages] = /^N(\d+)=(\d+)$/.exec(word) ?? [];
      return node === undefined ? [] : [{ node: Number(node), bytes: Number(pages) * pageBytes }];
    });
    maps.set(start, { policy, bytesByNode });
  }
  return maps;
}

const header = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) [0-9a-f]+ \S+ (\d+) *(.*)$/;

/** A block of lines a mapping. Pure. */
export function parseSmaps(text: string): Omit<MappingFacts, keyof Nodes>[] {
  return text.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).flatMap((block) => {
    const [, start, end, permissions = '', inode, path = ''] =
      header.exec(block.split('\n', 1)[0] ?? '') ?? [];
    if (start === undefined || end === undefined) return [];
    const bytes = (name: string) =>
      Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(block)?.[1] ?? 0) * 1024;
    return [
      {
        start,
        end,
        bytes: bytes('Size'),
        permissions,
        inode: Number(inode),
        path,
        pageBytes: bytes('KernelPageSize'),
        residentBytes: bytes('Rss'),
        hugetlbBytes: bytes('Shared_Hugetlb') + bytes('Private_Hugetlb'),
        transparentHugeBytes: bytes('AnonHugePages'),
        flags: (/^VmFlags: (.*)$/m.exec(block)?.[1] ?? '').trim().split(' '),
      },
    ];
  });
}
