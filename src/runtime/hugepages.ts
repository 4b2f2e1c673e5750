/** Huge pages that a launch adds to the host's pools for the time that the VM runs. Linux: Documentation/admin-guide/mm/hugetlbpage. */
import { promises } from 'node:fs';
import { join } from 'node:path';
import { VmError } from '../errors.js';
import { wholeNumber } from '../host/parse.js';
import { liveSysfs, type Sysfs } from '../host/sysfs.js';
import type { VmPlan } from '../plan/plan.js';
import { hasCode } from '../qmp/system-error.js';
import { formatBytes } from '../units.js';
import { bootId } from './process.js';

export interface HugepagesResource {
  readonly kind: 'hugepages';
  readonly vm: string;
  readonly pageBytes: number;
  /** Null: the pool of the whole host. */
  readonly node: number | null;
  readonly add: number;
  /** The file that tells how far it came; see {@link Mark}. */
  readonly mark: string;
}

export function hugepagesResources({
  name,
  memory,
  paths,
}: Pick<VmPlan, 'name' | 'memory' | 'paths'>): HugepagesResource[] {
  return memory.hugepages
    .filter(({ missing }) => missing > 0)
    .map(({ pageBytes, node, missing }) => {
      const file = `hugepages-${pageBytes / 1024}kB${node === null ? '' : `-node${node}`}.made`;
      const mark = join(paths.folder, file);
      return { kind: 'hugepages', vm: name, pageBytes, node, add: missing, mark };
    });
}

/**
 * Written before the size of a pool is changed, so that after a kill at any point it is known how many pages of ours are in it: until a
 * change is `done`, as many as the pool is away from the lower of the two sizes. Only who holds the lock on claims changes a pool.
 */
interface Mark {
  readonly from: number;
  readonly to: number;
  readonly done: boolean;
}

/** Seconds that the kernel may look for pages; it zeroes none of them yet. */
const patience = 120;
/** How often memory is compacted and the kernel asked again. */
const attempts = 3;

function poolFile({ pageBytes, node }: HugepagesResource): string {
  const above = node === null ? '/sys/kernel/mm/hugepages' : `/sys/devices/system/node/node${node}/hugepages`;
  return `${above}/hugepages-${pageBytes / 1024}kB/nr_hugepages`;
}

/**
 * Only who holds the lock on claims may.
 * @throws VmError `host.hugepages` if the kernel finds too few, `host.sysfs`. What was added until then is left to {@link giveBackHugepages}.
 */
export async function takeHugepages(
  resource: HugepagesResource,
  sysfs: Sysfs = liveSysfs(patience),
): Promise<void> {
  await sysfs.settle(poolFile(resource));
  const from = sizeOf(resource, sysfs);
  const to = from + resource.add;
  await writeMark(resource, { from, to, done: false });
  for (let attempt = 0; ; attempt++) {
    await sysfs.write(poolFile(resource), `${to}\n`);
    const now = sizeOf(resource, sysfs);
    if (now >= to) break;
    if (attempt === attempts) throw tooFew(resource, now - from);
    await sysfs.write('/proc/sys/vm/compact_memory', '1\n').catch(() => undefined);
  }
  await writeMark(resource, { from, to, done: true });
}

/** Takes away exactly what was added, as often as it is called. Only who holds the lock on claims may. @throws VmError `host.sysfs`. */
export async function giveBackHugepages(
  resource: HugepagesResource,
  sysfs: Sysfs = liveSysfs(patience),
): Promise<void> {
  const mark = await readMark(resource);
  if (mark !== undefined) {
    await sysfs.settle(poolFile(resource));
    const now = sizeOf(resource, sysfs);
    const to = Math.max(0, now - ours(mark, now));
    if (to < now) {
      await writeMark(resource, { from: now, to, done: false });
      await sysfs.write(poolFile(resource), `${to}\n`);
    }
  }
  await promises.rm(resource.mark, { force: true });
}

function ours({ from, to, done }: Mark, now: number): number {
  const most = Math.abs(to - from);
  return done ? most : Math.max(0, Math.min(most, now - Math.min(from, to)));
}

function sizeOf(resource: HugepagesResource, { root }: Sysfs): number {
  const size = wholeNumber(root.text(poolFile(resource)));
  if (size !== null) return size;
  throw new VmError('host.hugepages', `${poolFile(resource)} can't be read`, {
    hint: 'Is sysfs mounted on /sys? In a container it may be hidden.',
  });
}

/** @returns undefined where nothing was begun, or a boot has undone it. */
async function readMark({ mark }: HugepagesResource): Promise<Mark | undefined> {
  try {
    const text = await promises.readFile(mark, 'utf8');
    const [, boot, from, to, done] = /^(\S+) (\d+) (\d+) (yes|no)\n$/.exec(text) ?? [];
    return boot === bootId() ? { from: Number(from), to: Number(to), done: done === 'yes' } : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function writeMark({ mark }: HugepagesResource, { from, to, done }: Mark): Promise<void> {
  const draft = mark.replace(/made$/, 'new.made');
  await promises.writeFile(draft, `${bootId()} ${from} ${to} ${done ? 'yes' : 'no'}\n`, { mode: 0o600 });
  await promises.rename(draft, mark);
}

function tooFew({ pageBytes, node, add }: HugepagesResource, found: number): VmError {
  const where = node === null ? '' : ` on node ${node}`;
  const size = formatBytes(pageBytes);
  return new VmError(
    'host.hugepages',
    `${add} more huge pages of ${size} are needed${where}, and the kernel found ${found} in one piece, even after it compacted memory`,
    {
      hint: 'Stop what takes the memory, or reserve the pages at boot (hugepagesz= and hugepages= on the kernel command line).',
    },
  );
}
