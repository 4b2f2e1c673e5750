/** Plans a VM that runs among today's claims. */

import { diskFiles } from '../devices/disk-files.js';
import { readHostFacts } from '../host/facts.js';
import { readFileFacts } from '../host/files.js';
import { readResctrl } from '../host/resctrl.js';
import { openRoot } from '../host/root.js';
import type { CacheDomain } from '../plan/cache/facts.js';
import type { Claim, HostFacts } from '../plan/facts.js';
import { notices } from '../plan/notices.js';
import { placeAnew, placeNewVcpus } from '../plan/replan.js';
import type { VmSpec } from '../spec/schema.js';
import type { VmRecord } from './record.js';
import { refuseMissing } from './reserve.js';

/**
 * @param present numbers of the vCPUs that it has now, ascending.
 * @param wish where they are to be; undefined: as they are, but those that no plan knows.
 * @throws VmError with the code of what stands against it.
 */
export function replan(
  record: VmRecord,
  present: readonly number[],
  claims: readonly Claim[],
  wish: VmSpec['placement']['vcpus'] | undefined,
): { readonly record: VmRecord; readonly warnings: readonly string[] } {
  const { spec, plan } = record;
  const host = readHostFacts();
  const files = readFileFacts(diskFiles(spec.disks));
  const caches = plan.cacheGroups.length > 0 ? cachesOf(host) : [];
  const input = { spec, plan, host, claims, present, files, caches };
  const { placement, cacheGroups, findings } =
    wish === undefined ? placeNewVcpus(input) : placeAnew(input, wish);
  refuseMissing({ findings });
  return {
    record: {
      ...record,
      // What is promised from now on.
      spec: wish === undefined ? spec : { ...spec, placement: { ...spec.placement, vcpus: wish } },
      plan: { ...plan, placement, cacheGroups },
    },
    warnings: notices({ findings, placement }),
  };
}

function cachesOf(host: HostFacts): readonly CacheDomain[] {
  const resctrl = readResctrl(openRoot(), host);
  return 'lacks' in resctrl ? [] : resctrl.domains;
}
