/** What the VMs that are to run need of the host. Pure. */
import type { MemoryBackend, VmPlan } from '../../plan/plan.js';
import type { VmSpec } from '../../spec/schema.js';

/** Huge pages of one size. */
export interface PageNeed {
  /** Null: wherever there are any. */
  readonly node: number | null;
  readonly pageBytes: number;
  readonly pages: number;
}

export interface HostNeeds {
  readonly vms: readonly string[];
  readonly kvm: boolean;
  readonly pages: readonly PageNeed[];
  /** CPUs that are for pinned vCPUs alone, in the order of the vCPUs. */
  readonly isolated: readonly number[];
  /** Whether every vCPU of every VM is pinned to one CPU. */
  readonly pinned: boolean;
  readonly hostDevices: boolean;
  /** Whether packets go through taps. */
  readonly taps: boolean;
  readonly nested: boolean;
  /** Whether a VM is to have a share of the host's caches. */
  readonly caches: boolean;
  /** What a VM locks at most; VFIO locks all of its memory. */
  readonly lockedBytes: number;
}

/** @param running VMs that have their pages already. */
export function needsOf(
  vms: readonly { readonly spec: VmSpec; readonly plan: VmPlan }[],
  running: readonly string[] = [],
): HostNeeds {
  const plans = vms.map(({ plan }) => plan);
  const exclusive = new Set(plans.flatMap(({ placement }) => placement.exclusiveCpus));
  const vcpus = plans.flatMap(({ placement }) => placement.vcpus);
  const pinnedCpus = vcpus.flatMap(({ cpu }) => (cpu !== null && exclusive.has(cpu) ? [cpu] : []));
  return {
    vms: plans.map(({ name }) => name),
    kvm: plans.some(({ accelerator }) => accelerator === 'kvm'),
    pages: sumPages(plans.filter(({ name }) => !running.includes(name)).flatMap(pagesOf)),
    isolated: [...new Set(pinnedCpus)],
    pinned: vcpus.length > 0 && vcpus.every(({ cpu }) => cpu !== null),
    hostDevices: vms.some(({ spec }) => spec.hostDevices.length > 0),
    taps: vms.some(({ spec }) => spec.networks.some(({ type }) => type === 'bridge' || type === 'tap')),
    nested: plans.some(({ cpu }) => cpu.features.some((word) => /^\+(vmx|svm)$/.test(word))),
    caches: vms.some(({ spec }) => spec.placement.cache.length > 0),
    lockedBytes: Math.max(0, ...vms.map(lockedBytes)),
  };
}

function pagesOf({ memory }: VmPlan): PageNeed[] {
  const pieces: MemoryBackend[] = [
    ...(memory.nodes.length === 0 ? [memory] : memory.nodes.flatMap(({ memory: piece }) => piece ?? [])),
    ...memory.modules.map(({ backend }) => backend),
  ];
  return pieces.flatMap(({ bytes, hugepageBytes, hostNodes }): PageNeed[] => {
    if (hugepageBytes === null) return [];
    const pages = Math.ceil(bytes / hugepageBytes);
    if (hostNodes.length === 0) return [{ node: null, pageBytes: hugepageBytes, pages }];
    const share = Math.ceil(pages / hostNodes.length);
    return hostNodes.map((node) => ({ node, pageBytes: hugepageBytes, pages: share }));
  });
}

function sumPages(needs: readonly PageNeed[]): PageNeed[] {
  const sums = new Map<string, PageNeed>();
  for (const need of needs) {
    const key = `${need.node} ${need.pageBytes}`;
    sums.set(key, { ...need, pages: need.pages + (sums.get(key)?.pages ?? 0) });
  }
  return [...sums.values()];
}

function lockedBytes({ spec, plan }: { readonly spec: VmSpec; readonly plan: VmPlan }): number {
  const locks = plan.memory.locked !== false || spec.hostDevices.length > 0;
  if (!locks) return 0;
  const bytes = [plan.memory, ...plan.memory.modules.map(({ backend }) => backend)].reduce(
    (sum, piece) => sum + piece.bytes,
    0,
  );
  // Behind an IOMMU of the guest each device has an address space of its own, and locks for it.
  return plan.iommu === null ? bytes : bytes * Math.max(1, spec.hostDevices.length);
}
