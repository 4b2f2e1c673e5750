/** Pools of huge pages (Documentation/admin-guide/mm/hugetlbpage), counted from the specs that are to run. */
import type { HugepagePool } from '../../plan/facts.js';
import { formatBytes } from '../../units.js';
import type { PageNeed } from './needs.js';
import { kernelWord, kernelWords } from './reading.js';
import { type Change, defineSetting, type Fragment, type Setting, type Verdict } from './setting.js';

/** The pool of a node, or of the whole machine where the kernel shows no nodes. */
interface Pool extends Pick<HugepagePool, 'total' | 'free'> {
  readonly node: number | null;
  readonly folder: string;
}

interface PoolFacts {
  readonly pools: readonly Pool[];
  /** The flag of the CPU without which there are no such pages; null: unknown. */
  readonly possible: boolean | null;
  readonly words: readonly string[] | null;
}

interface Shortage {
  readonly pool: Pool;
  readonly need: number;
}

/** What each pool must have free; what may come from anywhere is for the pool that has the most. Pure. */
function shortagesOf(pools: readonly Pool[], needs: readonly PageNeed[]): Shortage[] {
  const roomiest = pools.toSorted((a, b) => b.free - a.free)[0]?.node;
  const byNode = new Map<number | null, number>();
  for (const { node, pages } of needs) {
    const target = pools.some((pool) => pool.node === node) ? node : (roomiest ?? null);
    byNode.set(target, (byNode.get(target) ?? 0) + pages);
  }
  return pools.map((pool) => ({ pool, need: byNode.get(pool.node) ?? 0 }));
}

function judge(facts: PoolFacts, pageBytes: number, needs: readonly PageNeed[] | null, id: string): Verdict {
  const { pools } = facts;
  const total = needs?.reduce((sum, { pages }) => sum + pages, 0) ?? 0;
  const found = pools.length === 0 ? 'no pool of this size' : pools.map(poolText).join(', ');
  if (needs === null) {
    return { status: 'ok', found, advice: 'Name specs, and what they need is counted: vm host check SPEC…' };
  }
  if (total === 0) return { status: 'ok', found, wanted: 'none: no VM asks for them' };
  const size = formatBytes(pageBytes);
  if (pools.length === 0) {
    const advice =
      facts.possible === false
        ? `This CPU has no pages of ${size}: take smaller ones (memory.hugepages).`
        : `Boot with hugepagesz=${kernelSize(pageBytes)} (vm host tune --persist SPEC…).`;
    return {
      status: 'fail',
      found,
      wanted: `${total} of ${size}`,
      advice,
      keep: [bootFragment(pageBytes, [], total)],
    };
  }
  const all = shortagesOf(pools, needs);
  const short = all.filter(({ pool, need }) => pool.free < need);
  const changes: Change[] = short.map(({ pool, need }) => ({
    kind: 'value',
    path: `${pool.folder}/nr_hugepages`,
    from: `${pool.total}`,
    to: `${pool.total + need - pool.free}`,
    pages: true,
  }));
  return {
    status: short.length > 0 ? 'fail' : 'ok',
    found,
    wanted: all
      .filter(({ need }) => need > 0)
      .map(needText)
      .join(', '),
    ...(short.length > 0
      ? {
          advice: `vm host tune --only ${id} SPEC…; on fragmented memory only a reservation at boot works (--persist).`,
        }
      : {}),
    changes,
    keep: [keepPools(pageBytes, all, total)],
    ...reboot(facts.words, pageBytes),
  };
}

function poolText({ node, total, free }: Pool): string {
  return `${free} of ${total} free${node === null ? '' : ` on node ${node}`}`;
}

function needText({ pool, need }: Shortage): string {
  return `${need} free${pool.node === null ? '' : ` on node ${pool.node}`}`;
}

/** Small ones are found early at boot; of 1 GiB, memory in one piece is sure only before anything else has taken of it. */
function keepPools(pageBytes: number, all: readonly Shortage[], total: number): Fragment {
  if (pageBytes >= 1024 ** 3) return bootFragment(pageBytes, all, total);
  const lines = all
    .filter(({ need }) => need > 0)
    .map(({ pool, need }) => `w- ${pool.folder}/nr_hugepages - - - - ${need}`);
  return { file: 'tmpfiles', lines };
}

/** By node since Linux 5.16: `hugepages=0:4,1:4`. */
function bootFragment(pageBytes: number, all: readonly Shortage[], total: number): Fragment {
  const nodes = all.filter(({ pool, need }) => need > 0 && pool.node !== null);
  const count = all.length > 1 ? nodes.map(({ pool, need }) => `${pool.node}:${need}`).join(',') : `${total}`;
  return { file: 'grub', lines: [`hugepagesz=${kernelSize(pageBytes)}`, `hugepages=${count}`] };
}

function reboot(words: readonly string[] | null, pageBytes: number): { reboot?: string } {
  if (pageBytes < 1024 ** 3 || words === null) return {};
  return kernelWord(words, 'hugepagesz') === kernelSize(pageBytes)
    ? {}
    : { reboot: `pages of ${formatBytes(pageBytes)} are sure only when they are reserved at boot` };
}

/** As the kernel's command line has it: `2M`, `1G`. */
function kernelSize(pageBytes: number): string {
  return pageBytes >= 1024 ** 3 ? `${pageBytes / 1024 ** 3}G` : `${pageBytes / 1024 ** 2}M`;
}

function hugepages(label: string, pageBytes: number, flag: string): Setting {
  const id = `memory.hugepages-${label}`;
  const name = `hugepages-${pageBytes / 1024}kB`;
  return defineSetting<PoolFacts>({
    id,
    group: 'Memory',
    what: `huge pages of ${formatBytes(pageBytes)}`,
    why: 'Fewer steps to translate an address, and memory that is never swapped; each node gives its own, for the VMs that run there.',
    reads: `/sys/devices/system/node/node*/hugepages/${name}, else /sys/kernel/mm/hugepages/${name}`,
    wants: 'as many free, by node, as the specs need that are not running; without specs nothing',
    applied:
      'nr_hugepages is raised by what is missing; where the kernel finds too few, memory is compacted and it is asked again',
    kept:
      pageBytes >= 1024 ** 3
        ? 'the kernel command line: only early at boot there are surely such pieces'
        : 'tmpfiles.d',
    undone: 'the number before is written back; pages in use stay until their VM ends',
    risk: 'what is reserved is lost to everything else: too many, and the machine runs out of memory',
    source: 'the notes; Linux: Documentation/admin-guide/mm/hugetlbpage',
    read({ root, facts }) {
      const ofSize = (pools: readonly HugepagePool[]) => pools.find((pool) => pool.pageBytes === pageBytes);
      const byNode = facts.nodes.flatMap(({ node, hugepages: pools }): Pool[] => {
        const pool = ofSize(pools);
        const folder = `/sys/devices/system/node/node${node}/hugepages/${name}`;
        return pool === undefined ? [] : [{ node, folder, ...pool }];
      });
      const whole = ofSize(facts.hugepages);
      const all =
        whole === undefined ? [] : [{ node: null, folder: `/sys/kernel/mm/hugepages/${name}`, ...whole }];
      return {
        pools: byNode.length > 0 ? byNode : all,
        possible: facts.cpuFlags?.includes(flag) ?? null,
        words: kernelWords({ root, facts }),
      };
    },
    judge: (facts, { needs }) =>
      judge(facts, pageBytes, needs?.pages.filter((need) => need.pageBytes === pageBytes) ?? null, id),
  });
}

export const hugepageSettings: readonly Setting[] = [
  hugepages('2M', 2 * 1024 ** 2, 'pse'),
  hugepages('1G', 1024 ** 3, 'pdpe1gb'),
];
