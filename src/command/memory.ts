/** The guest's memory and its backend. Pure. QEMU's docs: qemu-options, -m, -object memory-backend-*, -overcommit. */
import type { MemoryPlan } from '../plan/plan.js';
import { formatBytes } from '../units.js';
import type { QemuOption } from './option.js';
import { json, keyValue } from './quote.js';

export const memoryBackendId = 'vm-ram';

const MIB = 1024 ** 2;
const backendTypes = {
  anonymous: 'memory-backend-ram',
  memfd: 'memory-backend-memfd',
  file: 'memory-backend-file',
} as const;

export function memoryOptions(memory: MemoryPlan): QemuOption[] {
  return [
    {
      group: 'memory',
      flag: '-m',
      value: keyValue(undefined, { size: `${memory.bytes / MIB}M` }),
      origin: 'memory.size',
      why: `${formatBytes(memory.bytes)} of memory.`,
    },
    {
      group: 'memory',
      flag: '-object',
      value: json({
        'qom-type': backendTypes[memory.backing],
        id: memoryBackendId,
        size: memory.bytes,
        ...(memory.path === null ? {} : { 'mem-path': memory.path }),
        ...(memory.hugepageBytes !== null && memory.backing === 'memfd'
          ? { hugetlb: true, hugetlbsize: memory.hugepageBytes }
          : {}),
        // A memfd is shared unless told otherwise; the other backends are private.
        ...(memory.backing === 'memfd' || memory.shared ? { share: memory.shared } : {}),
        ...(memory.preallocate ? { prealloc: true, 'prealloc-threads': memory.preallocThreads } : {}),
        merge: memory.merge,
        dump: memory.dump,
        ...(memory.discard ? { 'discard-data': true } : {}),
        ...(memory.hostNodes.length > 0
          ? { 'host-nodes': [...memory.hostNodes], policy: memory.policy }
          : {}),
      }),
      origin: 'memory',
      why: backendReason(memory),
    },
    {
      group: 'memory',
      flag: '-overcommit',
      value: keyValue(undefined, { 'mem-lock': memory.locked }),
      origin: 'memory.locked',
      why: memory.locked
        ? 'Nothing of QEMU is ever swapped out.'
        : 'The host may swap, as it does with any process.',
    },
  ];
}

function backendReason({ backing, hugepageBytes, preallocate, merge }: MemoryPlan): string {
  const pages =
    hugepageBytes === null ? `${backing} memory` : `${formatBytes(hugepageBytes)} huge pages (${backing})`;
  const when = preallocate ? 'all of it before the guest starts' : 'taken as the guest touches it';
  return `${pages}, ${when}, ${merge ? 'merged by KSM where equal' : "never merged with another guest's"}.`;
}
