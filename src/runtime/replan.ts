/** Plans a VM that runs among today's claims. */

import { diskFiles } from '../devices/disk-files.js';
import { readCgroups } from '../host/cgroups.js';
import { readHostFacts } from '../host/facts.js';
import { readFileFacts } from '../host/files.js';
import { readInterrupts } from '../host/interrupts.js';
import { readResctrl } from '../host/resctrl.js';
import { openRoot } from '../host/root.js';
import type { Claim } from '../plan/facts.js';
import { notices } from '../plan/notices.js';
import { placeAnew, placeNewVcpus } from '../plan/replan.js';
import type { VmSpec } from '../spec/schema.js';
import { withHolds } from './move-holds.js';
import { completeSpec } from './old-record.js';
import { withCpus } from './own-cpus.js';
import type { VmRecord } from './record.js';
import { refuseMissing } from './reserve.js';

/**
 * @param present numbers of the vCPUs that it has now, ascending.
 * @param wish where they are to be; undefined: as they are, but those that no plan knows.
 * @throws VmError with the code of what stands against it.
 */
export async function replan(
  record: VmRecord,
  present: readonly number[],
  claims: readonly Claim[],
  wish: VmSpec['placement']['vcpus'] | undefined,
): Promise<{ readonly record: VmRecord; readonly warnings: readonly string[] }> {
  const { plan } = record;
  const spec = await completeSpec(record.spec);
  const host = withCpus(readHostFacts(), plan.partition?.cpus ?? []);
  const files = readFileFacts(diskFiles(spec.disks));
  const root = openRoot();
  const state = {
    resctrl: plan.cacheGroups.length > 0 ? readResctrl(root, host) : null,
    cgroups: plan.partition === null ? null : readCgroups(root),
    interrupts: plan.interrupts === null ? null : readInterrupts(root),
  };
  const input = { spec, plan, host, claims, present, files, ...state };
  const { placement, findings, ...holds } =
    wish === undefined ? placeNewVcpus(input) : placeAnew(input, wish);
  refuseMissing({ findings });
  return {
    record: withHolds(
      {
        ...record,
        // What is promised from now on.
        spec: wish === undefined ? spec : { ...spec, placement: { ...spec.placement, vcpus: wish } },
        plan: { ...plan, placement },
      },
      holds,
    ),
    warnings: notices({ findings, placement }),
  };
}
