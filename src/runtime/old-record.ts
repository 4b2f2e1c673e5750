/** Records of earlier versions: what these did not know of a VM is what they did without. Pure. */
import type { MemoryPlan, PlacementPlan, VmPlan } from '../plan/plan.js';
import type { VmSpec } from '../spec/schema.js';

const plan = {
  cacheGroups: [],
  partition: null,
  limits: null,
  interrupts: null,
  ioThreads: [],
  rootPorts: [],
  pciBridges: [],
  taps: [],
  macvtaps: [],
  sideProcesses: [],
  seed: null,
  iommu: null,
  extraArgs: [],
  decisions: [],
  findings: [],
} satisfies Partial<VmPlan>;

const placement = {
  ioThreads: [],
  vhost: [],
  housekeeping: [],
  exclusiveCpus: [],
  scheduler: null,
  relaxed: [],
  reasons: [],
} satisfies Partial<PlacementPlan>;

const memory = { nodes: [], modules: [], hugepages: [], confinedTo: [] } satisfies Partial<MemoryPlan>;

export function completePlan(found: VmPlan): VmPlan {
  return {
    ...plan,
    ...found,
    placement: { ...placement, ...found.placement },
    memory: { ...memory, ...found.memory },
  };
}

/** The spec of a record, with the defaults of the keys that have come since. Loads the schema. */
export async function completeSpec(found: VmSpec): Promise<VmSpec> {
  const { vmSpecSchema } = await import('../spec/schema.js');
  return merge(vmSpecSchema.parse({ name: found.name }), found);
}

const isMap = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Key by key, map in map; what is found stays. */
function merge<Value extends object>(defaults: Value, found: Partial<Value>): Value {
  const merged: Value = { ...defaults, ...found };
  for (const key in defaults) {
    const [fallback, own] = [defaults[key], found[key]];
    if (isMap(fallback) && isMap(own)) merged[key] = merge(fallback, own);
  }
  return merged;
}
