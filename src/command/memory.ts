/** The guest's memory and its backends. Pure. QEMU's docs: qemu-options, -m, -object memory-backend-*, -object thread-context, -overcommit. */
import type { MemoryBackend, MemoryPlan } from '../plan/plan.js';
import { formatBytes, formatCpuList } from '../units.js';
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
    sizeOption(memory),
    ...(memory.nodes.length === 0 ? backendOptions(memoryBackendId, memory, 'memory') : []),
    lockOption(memory),
  ];
}

function sizeOption({ bytes, maxBytes, slots }: MemoryPlan): QemuOption {
  return {
    group: 'memory',
    flag: '-m',
    value: keyValue(undefined, {
      size: `${bytes / MIB}M`,
      ...(maxBytes === null ? {} : { ...(slots > 0 ? { slots } : {}), maxmem: `${maxBytes / MIB}M` }),
    }),
    origin: 'memory.size',
    why:
      maxBytes === null
        ? `${formatBytes(bytes)} of memory.`
        : `${formatBytes(bytes)} of memory, and room for modules up to ${formatBytes(maxBytes)}.`,
  };
}

function lockOption({ locked }: MemoryPlan): QemuOption {
  return {
    group: 'memory',
    flag: '-overcommit',
    value: keyValue(undefined, { 'mem-lock': locked === 'onFault' ? 'on-fault' : locked }),
    origin: 'memory.locked',
    why:
      locked === false
        ? 'The host may swap, as it does with any process.'
        : locked === true
          ? 'Nothing of QEMU is ever swapped out.'
          : 'What QEMU and the guest have touched is never swapped out.',
    cost:
      locked === false
        ? undefined
        : 'The host has that much less memory, whatever else it needs; the user must be allowed to lock it (RLIMIT_MEMLOCK).',
  };
}

/** Properties that a kind of module needs of its backend. */
export interface BackendExtras {
  readonly reserve?: boolean;
  readonly pmem?: boolean;
  readonly align?: number;
  readonly readonly?: boolean;
}

/** A backend, and before it the threads that allocate it where it has nodes of its own. */
export function backendOptions(
  id: string,
  backend: MemoryBackend,
  origin: string,
  extras: BackendExtras = {},
): QemuOption[] {
  const { hostNodes, policy } = backend;
  const context = `${id}-threads`;
  const object: QemuOption = {
    group: 'memory',
    flag: '-object',
    value: json({
      'qom-type': backendTypes[backend.backing],
      id,
      size: backend.bytes,
      ...(backend.path === null ? {} : { 'mem-path': backend.path }),
      ...(backend.hugepageBytes !== null && backend.backing === 'memfd'
        ? { hugetlb: true, hugetlbsize: backend.hugepageBytes }
        : {}),
      // A memfd is shared unless told otherwise, and a file is what one expects to be shared: said of both.
      ...(backend.backing !== 'anonymous' || backend.shared ? { share: backend.shared } : {}),
      ...(backend.preallocate ? { prealloc: true, 'prealloc-threads': backend.preallocThreads } : {}),
      ...(backend.threadContext ? { 'prealloc-context': context } : {}),
      merge: backend.merge,
      dump: backend.dump,
      ...(backend.discard ? { 'discard-data': true } : {}),
      ...(hostNodes.length > 0 ? { 'host-nodes': [...hostNodes], policy } : {}),
      ...extras,
    }),
    origin,
    why: backendReason(backend),
    cost: backendCost(backend),
  };
  return backend.threadContext ? [contextOption(context, hostNodes, origin), object] : [object];
}

/** The gravest first; each of them is one that an operator must have decided. */
function backendCost({ hugepageBytes, preallocate, shared, merge, dump }: MemoryBackend): string | undefined {
  const costs = [
    ...(hugepageBytes === null
      ? []
      : ['the pages are taken from the host at once, and nothing but guests can use them']),
    ...(hugepageBytes === null && preallocate
      ? ['all of it is taken at the start, which takes time with its size']
      : []),
    ...(shared ? ['processes that map it can change what the guest has in memory'] : []),
    ...(merge ? ['another guest can find out by timing what pages this one has'] : []),
    ...(dump ? ['a core dump of QEMU holds all that the guest has in memory'] : []),
  ];
  return sentence(costs);
}

function sentence([first, ...others]: readonly string[]): string | undefined {
  if (first === undefined) return undefined;
  return `${[first.charAt(0).toUpperCase() + first.slice(1), ...others].join('; ')}.`;
}

function contextOption(id: string, hostNodes: readonly number[], origin: string): QemuOption {
  return {
    group: 'memory',
    flag: '-object',
    value: json({ 'qom-type': 'thread-context', id, 'node-affinity': [...hostNodes] }),
    origin,
    why: `The threads that allocate run on node ${formatCpuList(hostNodes)}, where the memory is to come from.`,
  };
}

function backendReason({ backing, hugepageBytes, preallocate, merge }: MemoryBackend): string {
  const pages =
    hugepageBytes === null ? `${backing} memory` : `${formatBytes(hugepageBytes)} huge pages (${backing})`;
  const when = preallocate ? 'all of it before the guest starts' : 'taken as the guest touches it';
  return `${pages}, ${when}, ${merge ? 'merged by KSM where equal' : "never merged with another guest's"}.`;
}
