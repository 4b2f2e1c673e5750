/** A resctrl group with a VM's share of the caches, for the time that it runs. Kernel: Documentation/arch/x86/resctrl.rst. */
import { VmError } from '../errors.js';
import { type KernelFiles, kernelFiles } from '../host/kernel-files.js';
import { resctrlFolder } from '../host/resctrl.js';
import type { CacheGroupPlan, CacheWays } from '../plan/cache/allocation.js';
import { withoutWays, withWaysAgain } from '../plan/cache/default-group.js';
import { formatSchemata, parseSchemata, type Schemata } from '../plan/cache/schemata.js';
import { reasonOf } from './thrown.js';

export interface CacheGroupResource extends CacheGroupPlan {
  readonly kind: 'cacheGroup';
  readonly vm: string;
}

const folderOf = ({ group }: Pick<CacheGroupPlan, 'group'>) => `${resctrlFolder}/${group}`;

/** @throws VmError `host.resctrl` if there is a group of that name. */
export function refuseTakenCacheGroup(
  plan: Pick<CacheGroupPlan, 'group'>,
  files: KernelFiles = kernelFiles,
): void {
  const folder = folderOf(plan);
  if (files.text(`${folder}/schemata`) === undefined) return;
  throw new VmError('host.resctrl', `there is a group ${folder} already, which no VM is known to have`, {
    hint: `If nothing needs it, remove it: rmdir ${folder}.`,
  });
}

/**
 * Makes the group and takes its ways away from the default group, where it has them alone. Only who holds the lock on claims may: the
 * default group is everybody's.
 * @throws VmError `host.resctrl` with the kernel's own words.
 */
export function takeCacheGroup(plan: CacheGroupPlan, files: KernelFiles = kernelFiles): void {
  const folder = folderOf(plan);
  attempt(files, `make the group ${folder}`, () => files.makeFolder(folder));
  fillCacheGroup(plan, files);
}

/** Gives a group that is there other ways, and makes one that is gone. Only who holds the lock on claims may. @throws as {@link takeCacheGroup}. */
export function growCacheGroup(plan: CacheGroupPlan, files: KernelFiles = kernelFiles): void {
  if (files.text(`${folderOf(plan)}/schemata`) === undefined) takeCacheGroup(plan, files);
  else fillCacheGroup(plan, files);
}

function fillCacheGroup(plan: CacheGroupPlan, files: KernelFiles): void {
  const folder = folderOf(plan);
  writeSchemata(files, folder, schemataOf(plan));
  for (const ways of plan.ways.filter(({ ofDefault }) => ofDefault !== null)) {
    changeDefault(files, ways, (now, rules) => withoutWays(now, ways.mask, rules));
  }
}

/** Puts threads in. @throws VmError `host.resctrl` if one is not there after. */
export function enterCacheGroup(
  plan: Pick<CacheGroupPlan, 'group'>,
  threadIds: readonly number[],
  files: KernelFiles = kernelFiles,
): void {
  const tasks = `${folderOf(plan)}/tasks`;
  for (const id of threadIds) {
    attempt(files, `put thread ${id} into ${tasks}`, () => files.write(tasks, `${id}\n`));
  }
  const inside = new Set((files.text(tasks) ?? '').split('\n').map(Number));
  const outside = threadIds.filter((id) => !inside.has(id));
  if (outside.length === 0) return;
  throw new VmError(
    'host.resctrl',
    `threads ${outside.join(', ')} are not in ${tasks} after they were put there`,
  );
}

/**
 * Removes the group, whose tasks go back to the default group, and gives that its ways back. Only who holds the lock on claims may.
 * @param others ways of the other live VMs.
 */
export function giveBackCacheGroup(
  plan: CacheGroupPlan,
  others: readonly CacheWays[],
  files: KernelFiles = kernelFiles,
): void {
  // Nothing was taken from the default group before there was a group.
  if (files.text(`${folderOf(plan)}/schemata`) === undefined) return;
  shrinkCacheGroup(plan, others, files);
  attempt(files, `remove the group ${folderOf(plan)}`, () => files.removeFolder(folderOf(plan)));
}

/** Gives ways back to the default group. Only who holds the lock on claims may. @param others ways of all that keep some. */
export function shrinkCacheGroup(
  plan: Pick<CacheGroupPlan, 'ways'>,
  others: readonly CacheWays[],
  files: KernelFiles = kernelFiles,
): void {
  for (const ways of plan.ways.filter(({ ofDefault }) => ofDefault !== null)) {
    const same = others.filter(
      ({ resource, domain }) => resource === ways.resource && domain === ways.domain,
    );
    changeDefault(files, ways, (now, rules) => withWaysAgain(now, ways, same, rules));
  }
}

function schemataOf({ ways, bandwidth }: CacheGroupPlan): Schemata {
  const schemata = new Map<string, Map<number, number>>();
  const put = (resource: string, domain: number, value: number) =>
    schemata.set(resource, (schemata.get(resource) ?? new Map<number, number>()).set(domain, value));
  for (const { resource, domain, mask } of ways) put(resource, domain, mask);
  for (const { domain, value } of bandwidth) put('MB', domain, value);
  return schemata;
}

/** A resource at a time, so that the kernel's complaint is about one; read back, because it may round. */
function writeSchemata(files: KernelFiles, folder: string, wanted: Schemata): void {
  const path = `${folder}/schemata`;
  for (const line of formatSchemata(wanted)) {
    attempt(files, `write ${line} to ${path}`, () => files.write(path, `${line}\n`));
  }
  const found = parseSchemata(files.text(path) ?? '');
  for (const [resource, domains] of wanted) {
    for (const [domain, value] of domains) {
      const now = found.get(resource)?.get(domain);
      if (now === value) continue;
      throw new VmError(
        'host.resctrl',
        `${path} has ${now?.toString(16) ?? 'nothing'} for cache ${domain} of ${resource} after ${value.toString(16)} was written`,
      );
    }
  }
}

function changeDefault(
  files: KernelFiles,
  { resource, domain }: CacheWays,
  change: (now: number, rules: { sparse: boolean }) => number,
): void {
  const now = parseSchemata(files.text(`${resctrlFolder}/schemata`) ?? '')
    .get(resource)
    ?.get(domain);
  if (now === undefined) return;
  const sparse = files.text(`${resctrlFolder}/info/${resource}/sparse_masks`)?.trim() === '1';
  const mask = change(now, { sparse });
  if (mask === now) return;
  writeSchemata(files, resctrlFolder, new Map([[resource, new Map([[domain, mask]])]]));
}

/** Where the kernel says more than a number, it says it in `last_cmd_status`. */
function attempt(files: KernelFiles, what: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    const status = files.text(`${resctrlFolder}/info/last_cmd_status`)?.trim() ?? '';
    throw new VmError('host.resctrl', `can't ${what}: ${reasonOf(error)}`, {
      cause: error,
      details: status === '' || status === 'ok' ? [] : [`The kernel says: ${status}`],
    });
  }
}
