/** `memory.modules` of the spec: memory beside the first, each module with a backing of its own. Pure. QEMU's docs/nvdimm.txt, system/devices/virtio-*. */
import * as z from 'zod';
import { hostNodes, memoryPolicy, pageSize } from './numa.js';
import { bytes, deviceId, hostPath, pciPlace } from './scalars.js';

const common = {
  id: deviceId.optional().meta({ description: 'default: dimm0, dimm1, …, by place in the list' }),
  size: bytes.meta({ description: 'its size' }),
  node: z
    .int()
    .min(0, 'must be at least 0')
    .max(127, 'must be at most 127')
    .default(0)
    .meta({ description: 'the guest node that it belongs to' }),
  access: z
    .enum(['private', 'shared'])
    .optional()
    .meta({ description: 'default: private, unless another process must see all memory' }),
  hostNodes: hostNodes.optional(),
  policy: memoryPolicy.default('bind'),
  address: z.int().min(0, 'must be at least 0').optional().meta({
    description: "where it begins in the guest's memory (0x150000000); default: QEMU's choice",
  }),
  allocation: z.enum(['auto', 'immediate', 'onDemand']).default('auto').meta({
    description: 'auto: immediate with huge pages, but for virtio-mem, which takes what is requested of it',
  }),
};
const volatile = {
  hugepages: pageSize.default(false).meta({ description: 'huge pages of its own' }),
  backing: z.enum(['auto', 'memfd', 'file']).default('auto').meta({
    description:
      'what holds huge pages: memfd, or file (of a hugetlbfs that is mounted); auto: memfd, or the file of path',
  }),
  path: hostPath.optional().meta({ description: 'a file or folder that backs it; default: none' }),
  discard: z.boolean().default(false).meta({ description: 'with path: thrown away when QEMU ends' }),
};
const persistent = {
  path: hostPath.meta({ description: 'the file or DAX device that keeps its content' }),
  readOnly: z.boolean().default(false),
};

const memoryModule = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('dimm').meta({ description: 'a DIMM, plugged and unplugged as a whole (pc-dimm)' }),
    ...common,
    ...volatile,
  }),
  z.strictObject({
    type: z
      .literal('virtio-mem')
      .meta({ description: 'memory that grows and shrinks in blocks while the guest runs' }),
    ...common,
    ...volatile,
    slot: pciPlace,
    requested: bytes
      .optional()
      .meta({ description: 'how much of it the guest has at the start; default: nothing' }),
    dynamicSlots: z.boolean().default(false).meta({
      description: 'takes memory slots of the host as it grows, not for all of it (QEMU 8.2 on)',
    }),
    block: bytes.optional().meta({ description: "the step in which it grows; default: QEMU's, a huge page" }),
  }),
  z.strictObject({
    type: z.literal('nvdimm').meta({ description: 'persistent memory, kept in a file' }),
    ...common,
    ...persistent,
    label: bytes
      .optional()
      .meta({ description: 'the size of its label area, 128KiB or more; default: none' }),
    pmem: z
      .boolean()
      .default(false)
      .meta({ description: 'the file is on real persistent memory; QEMU flushes it as such' }),
    align: bytes.optional().meta({ description: 'alignment of the mapping, for DAX devices' }),
    uuid: z.guid('is no UUID').optional().meta({ description: 'its identity' }),
  }),
  z.strictObject({
    type: z
      .literal('virtio-pmem')
      .meta({ description: 'persistent memory for Linux guests, kept in a file' }),
    ...common,
    ...persistent,
    slot: pciPlace,
  }),
]);

export const memoryModules = z
  .array(memoryModule)
  .max(256, 'is too long: at most 256 modules')
  .default([])
  .meta({ description: 'memory modules: dimm, virtio-mem, nvdimm, virtio-pmem' });

export type MemoryModuleSpec = z.output<typeof memoryModule>;
