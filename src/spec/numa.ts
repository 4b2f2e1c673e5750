/** `numa` of the spec: the guest's nodes and what of the host is behind them. Pure. QEMU's docs: qemu-options, -numa. */
import * as z from 'zod';
import { hmatKeys } from './hmat.js';
import { bytes, cpuList } from './scalars.js';

/** QEMU's MAX_NODES. */
const mostNodes = 128;

export const pageSize = z.union([z.boolean(), z.enum(['2MiB', '1GiB'])], {
  error: "is no page size: write false, true (the host's default), 2MiB or 1GiB",
});

export const memoryPolicy = z.enum(['bind', 'preferred', 'interleave', 'restrictive']).meta({
  description:
    'bind: from these host nodes and no others; preferred: from the first while it has some; interleave: page by page; restrictive: no piece is bound, and the kernel gives the whole of QEMU no page of other nodes (cpuset.mems of its cgroup, which needs root or limits.cgroup: systemd)',
});

export const hostNodes = cpuList.meta({ description: 'nodes of the host, such as "0" or "0-1"' });

const distance = z.int().min(10, 'must be at least 10, a node to itself').max(254, 'must be at most 254');

const numaRow = z.strictObject({
  cpus: cpuList.optional().meta({ description: 'vCPUs of this node, such as "0-3"; none: memory only' }),
  memory: bytes.optional().meta({ description: 'its part of memory.size; none: a node without memory' }),
  hostNodes: hostNodes.optional(),
  policy: memoryPolicy.default('bind'),
  distances: z
    .record(
      z.string().regex(/^\d{1,3}$/, 'is no node: distances go from node numbers to distances, {1: 20}'),
      distance,
    )
    .default({})
    .meta({ description: 'how far other nodes are, by number: 10 is itself, 20 the default' }),
  hugepages: pageSize.optional().meta({ description: 'default: that of memory' }),
  access: z.enum(['private', 'shared']).optional().meta({ description: 'default: that of memory' }),
  discard: z.boolean().optional().meta({ description: 'default: that of memory' }),
  ...hmatKeys,
});

export const numaSection = z
  .union([
    z.literal('auto'),
    z.literal('none'),
    z.array(numaRow).min(1, 'is empty: write auto or none').max(mostNodes),
  ])
  .default('auto')
  .meta({
    description:
      'auto: a guest node for each host node that the vCPUs are on, where there are several; none; or the nodes one by one',
  });
