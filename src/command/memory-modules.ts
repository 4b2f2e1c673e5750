/** Memory modules: a backend and a device each. Pure. QEMU's docs/memory-hotplug.txt, docs/nvdimm.txt. */
import { virtioDriver } from '../devices/context.js';
import type { MemoryModulePlan, MemoryPlan } from '../plan/plan.js';
import { formatBytes } from '../units.js';
import { type BackendExtras, backendOptions } from './memory.js';
import type { QemuOption } from './option.js';
import { type JsonValue, json } from './quote.js';

export function memoryModuleOptions({ modules }: MemoryPlan): QemuOption[] {
  return modules.flatMap((module) => {
    const memdev = `${module.id}-ram`;
    return [
      ...backendOptions(memdev, moduleBackend(module), module.origin, extrasOf(module)),
      {
        group: 'memory' as const,
        flag: '-device',
        value: json({ ...driverOf(module), id: module.id, memdev, ...module.virtio, ...module.pci }),
        origin: module.origin,
        why: reasonFor(module),
      },
    ];
  });
}

/** virtio-mem allocates what is requested of it and no more: its backend must not. */
function moduleBackend({ type, backend }: MemoryModulePlan): MemoryModulePlan['backend'] {
  return type === 'virtio-mem' ? { ...backend, preallocate: false, threadContext: false } : backend;
}

function extrasOf({ type, readOnly, pmem, alignBytes }: MemoryModulePlan): BackendExtras {
  if (type === 'virtio-mem') return { reserve: false };
  return {
    ...(readOnly ? { readonly: true } : {}),
    ...(pmem ? { pmem } : {}),
    ...(alignBytes === null ? {} : { align: alignBytes }),
  };
}

function driverOf(module: MemoryModulePlan): { readonly [key: string]: JsonValue } {
  const { node } = module;
  switch (module.type) {
    case 'dimm':
      return { driver: 'pc-dimm', node, ...addressOf(module, 'addr') };
    case 'nvdimm':
      return {
        driver: 'nvdimm',
        node,
        ...addressOf(module, 'addr'),
        ...(module.labelBytes === null ? {} : { 'label-size': module.labelBytes }),
        ...(module.uuid === null ? {} : { uuid: module.uuid }),
        ...(module.readOnly ? { unarmed: true } : {}),
      };
    case 'virtio-mem':
      return {
        driver: virtioDriver('mem', module.pci),
        node,
        'requested-size': module.requestedBytes ?? 0,
        ...(module.blockBytes === null ? {} : { 'block-size': module.blockBytes }),
        ...(module.backend.preallocate ? { prealloc: true } : {}),
        ...(module.dynamicSlots ? { 'dynamic-memslots': true } : {}),
        ...addressOf(module, 'memaddr'),
      };
    case 'virtio-pmem':
      return { driver: virtioDriver('pmem', module.pci), ...addressOf(module, 'memaddr') };
  }
}

function addressOf({ address }: MemoryModulePlan, name: string): Readonly<Record<string, number>> {
  return address === null ? {} : { [name]: address };
}

function reasonFor({ type, backend, requestedBytes }: MemoryModulePlan): string {
  const size = formatBytes(backend.bytes);
  switch (type) {
    case 'dimm':
      return `A module of ${size}, plugged and unplugged as a whole.`;
    case 'virtio-mem':
      return `Up to ${size} that grow and shrink while the guest runs; ${formatBytes(requestedBytes ?? 0)} at the start.`;
    case 'nvdimm':
    case 'virtio-pmem':
      return `Persistent memory of ${size}: what the guest writes stays in its file.`;
  }
}
