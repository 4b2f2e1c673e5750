/** Memory modules, each with a backend of its own. Pure. QEMU's docs/nvdimm.txt; docs/devel/virtio-mem is in its source, hw/virtio/virtio-mem.c. */
import type { PciSlot, VirtioProperties } from '../devices/context.js';
import type { MemoryModuleSpec } from '../spec/memory-modules.js';
import { memorySharers } from '../spec/memory-sharers.js';
import { hugetlbfsPath, pageBytes } from './memory-backend.js';
import { bound, type NumaInput, reportHostNodes } from './numa.js';
import type { MemoryBackend, MemoryModulePlan, NumaNodePlan } from './plan.js';

export interface ModuleInput extends NumaInput {
  readonly pciSlot: (id: string) => PciSlot;
  readonly virtio: VirtioProperties;
}

export function planModules(
  input: ModuleInput,
  first: MemoryBackend,
  nodes: readonly NumaNodePlan[],
): MemoryModulePlan[] {
  return input.spec.memory.modules.map((module, index): MemoryModulePlan => {
    const id = module.id ?? `dimm${index}`;
    const origin = `memory.modules[${index}]`;
    const onPci = module.type === 'virtio-mem' || module.type === 'virtio-pmem';
    reportHostNodes(input, module.hostNodes, `${origin}.hostNodes`);
    return {
      id,
      origin,
      type: module.type,
      node: module.node,
      backend: planModuleBackend(input, module, first, nodes),
      address: module.address ?? null,
      ...growing(module),
      ...persistent(module),
      pci: onPci ? input.pciSlot(id) : {},
      virtio: onPci ? input.virtio : {},
    };
  });
}

type Growing = Pick<MemoryModulePlan, 'requestedBytes' | 'blockBytes' | 'dynamicSlots'>;

function growing(module: MemoryModuleSpec): Growing {
  if (module.type !== 'virtio-mem') return { requestedBytes: null, blockBytes: null, dynamicSlots: false };
  const { requested, block, dynamicSlots } = module;
  return { requestedBytes: requested ?? 0, blockBytes: block ?? null, dynamicSlots };
}

type Persistent = Pick<MemoryModulePlan, 'readOnly' | 'labelBytes' | 'pmem' | 'alignBytes' | 'uuid'>;

function persistent(module: MemoryModuleSpec): Persistent {
  const none = { readOnly: false, labelBytes: null, pmem: false, alignBytes: null, uuid: null };
  if (module.type === 'virtio-pmem') return { ...none, readOnly: module.readOnly };
  if (module.type !== 'nvdimm') return none;
  const { readOnly, label, pmem, align, uuid } = module;
  return { readOnly, labelBytes: label ?? null, pmem, alignBytes: align ?? null, uuid: uuid ?? null };
}

/** Unmerged, and unshared unless another process must see all memory, whatever the first memory is; bound to the host nodes of its guest node unless it says its own. */
function planModuleBackend(
  input: ModuleInput,
  module: MemoryModuleSpec,
  first: MemoryBackend,
  nodes: readonly NumaNodePlan[],
): MemoryBackend {
  const { spec, host } = input;
  const volatile = module.type === 'dimm' || module.type === 'virtio-mem';
  const hugepageBytes = volatile ? pageBytes(module.hugepages, host) : null;
  // What a persistent module writes must reach its file.
  const needed = memorySharers(spec).length > 0;
  const shared = volatile
    ? module.access === 'shared' || (module.access === undefined && needed)
    : module.access !== 'private';
  const inHugetlbfs = volatile && module.backing === 'file' && hugepageBytes !== null;
  const path = module.path ?? (inHugetlbfs ? hugetlbfsPath(input, hugepageBytes) : null);
  const inherited = nodes[module.node]?.memory ?? first;
  const binding =
    module.hostNodes === undefined && module.policy !== 'restrictive'
      ? { hostNodes: inherited.hostNodes, policy: inherited.policy }
      : bound(module.hostNodes, module.policy);
  const immediate =
    module.allocation === 'immediate' ||
    (module.allocation === 'auto' && hugepageBytes !== null && module.type !== 'virtio-mem');
  return {
    bytes: module.size,
    backing: path !== null ? 'file' : hugepageBytes !== null || shared ? 'memfd' : 'anonymous',
    path,
    hugepageBytes,
    shared,
    preallocate: immediate,
    preallocThreads: immediate ? first.preallocThreads : 1,
    merge: spec.memory.merge,
    dump: spec.memory.dump,
    discard: volatile && module.discard && path !== null,
    threadContext: false,
    ...binding,
  };
}
