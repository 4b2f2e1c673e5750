/** Every decision about a VM made concrete. Plain data: it is kept in the record as it is. Pure types. */
import type { SeedPlan } from '../devices/cloud-init.js';
import type { PciSlot, VirtioProperties } from '../devices/context.js';
import type { DevicePlan } from '../devices/registry.js';
import type { CacheGroupPlan } from './cache/allocation.js';
import type { LimitsPlan, PartitionPlan } from './cgroup/facts.js';
import type { PoolPages } from './facts.js';
import type { Decision, Finding } from './findings.js';
import type { HmatPlan } from './hmat.js';
import type { InterruptsPlan } from './interrupt-facts.js';
import type { LoopsPlan } from './io-threads.js';
import type { VmPaths } from './paths.js';
import type { SideProcessPlan } from './side-process.js';
import type { MacvtapPlan, TapPlan } from './tap.js';

export interface CpuTopology {
  readonly sockets: number;
  readonly dies: number;
  /** Clusters of cores that share an L2 cache; none: the machine has no such level, or one a die. */
  readonly modules?: number | undefined;
  readonly cores: number;
  readonly threads: number;
}

/** Where one vCPU runs. `cpu` is null if it floats over `cpus`. */
export interface VcpuPlacement {
  readonly vcpu: number;
  readonly cpu: number | null;
  readonly cpus: readonly number[];
  readonly node: number | null;
  readonly core: number | null;
}

/** How the kernel schedules threads (sched(7)); the priority of real-time policies alone. */
export interface SchedulerPlan {
  readonly policy: 'fifo' | 'rr' | 'batch' | 'idle' | 'other';
  readonly priority: number | null;
}

/** Host CPUs of every thread; an empty list leaves the thread where the kernel puts it. */
export interface PlacementPlan {
  readonly vcpus: readonly VcpuPlacement[];
  readonly emulator: readonly number[];
  readonly ioThreads: readonly (readonly number[])[];
  readonly vhost: readonly number[];
  /** CPUs that stay the host's. */
  readonly housekeeping: readonly number[];
  /** CPUs that no other VM is to be given. */
  readonly exclusiveCpus: readonly number[];
  /** Of the vCPU threads; null: the kernel's own. */
  readonly scheduler: SchedulerPlan | null;
  /** Promises that had to be given up, one sentence each. */
  readonly relaxed: readonly string[];
  readonly reasons: readonly string[];
}

export interface CpuPlan {
  readonly model: string;
  /** In the order of the command line: `l3-cache=on`, `+svm`, … */
  readonly features: readonly string[];
  readonly vcpus: number;
  readonly maxVcpus: number;
  readonly topology: CpuTopology;
}

/** A piece of memory and what is behind it: the whole, a node's, or a module's. */
export interface MemoryBackend {
  readonly bytes: number;
  readonly backing: 'anonymous' | 'memfd' | 'file';
  readonly path: string | null;
  readonly hugepageBytes: number | null;
  readonly shared: boolean;
  readonly preallocate: boolean;
  readonly preallocThreads: number;
  readonly merge: boolean;
  readonly dump: boolean;
  readonly discard: boolean;
  /** Host nodes that it is bound to; empty: the kernel's choice. */
  readonly hostNodes: readonly number[];
  readonly policy: 'default' | 'bind' | 'preferred' | 'interleave';
  /** Whether the threads that allocate run on these host nodes. */
  readonly threadContext: boolean;
}

/** A node of the guest. */
export interface NumaNodePlan {
  readonly node: number;
  readonly cpus: readonly number[];
  /** Null: a node without memory. */
  readonly memory: MemoryBackend | null;
  /** To every node, itself included, by number; empty: QEMU's own (10 and 20). */
  readonly distances: readonly number[];
  /** Null: a guest without the table. */
  readonly hmat: HmatPlan | null;
}

export interface MemoryModulePlan {
  readonly id: string;
  readonly origin: string;
  readonly type: 'dimm' | 'virtio-mem' | 'nvdimm' | 'virtio-pmem';
  readonly node: number;
  readonly backend: MemoryBackend;
  /** Of virtio-mem. */
  readonly requestedBytes: number | null;
  readonly blockBytes: number | null;
  readonly dynamicSlots: boolean;
  /** Where it begins in the guest's memory; null: QEMU's choice. */
  readonly address: number | null;
  /** Of nvdimm and virtio-pmem. */
  readonly readOnly: boolean;
  readonly labelBytes: number | null;
  readonly pmem: boolean;
  readonly alignBytes: number | null;
  readonly uuid: string | null;
  readonly pci: PciSlot;
  readonly virtio: VirtioProperties;
}

/** Huge pages of the host, and what is to be added to them first. */
export interface PoolUse extends PoolPages {
  readonly missing: number;
  /** The most that the memory there has room for; null: unknown. */
  readonly room: number | null;
}

/** The guest's first memory, and what is beside it. */
export interface MemoryPlan extends MemoryBackend {
  readonly locked: boolean | 'onFault';
  /** What plugged memory may bring it to; null: none can be plugged. */
  readonly maxBytes: number | null;
  readonly slots: number;
  /** Nodes of the guest; empty: a guest that knows of none, and all memory in one piece. */
  readonly nodes: readonly NumaNodePlan[];
  readonly modules: readonly MemoryModulePlan[];
  /** The host's pools that it is taken from. */
  readonly hugepages: readonly PoolUse[];
  /** The only host nodes that QEMU is given pages of (cpuset.mems); empty: any. */
  readonly confinedTo: readonly number[];
}

/** An IOMMU of the guest: the driver with its properties, in QEMU's words. */
export interface IommuPlan {
  readonly model: 'intel' | 'virtio' | 'amd';
  readonly properties: Readonly<Record<string, boolean | number | string>>;
}

/** Properties of the machine beside those that memory and firmware need: in QEMU's words, in the order of the command line. */
export interface MachinePlan {
  readonly properties: Readonly<Record<string, boolean | string>>;
  readonly acceleratorProperties: Readonly<Record<string, boolean | number | string>>;
  /** `driver.property=value`, each with the key of the spec that it comes from. */
  readonly globals: readonly {
    readonly driver: string;
    readonly property: string;
    readonly value: string;
    readonly key: string;
  }[];
  /** `-rtc`; null: QEMU's own. */
  readonly rtc: Readonly<Record<string, string>> | null;
  /** `-action`; null: QEMU's own. */
  readonly actions: Readonly<Record<string, string>> | null;
}

export interface BootPlan {
  /** `-boot`, in QEMU's words. */
  readonly options: Readonly<Record<string, boolean | number | string>>;
  /** A firmware image mapped as ROM (-bios). */
  readonly rom: string | null;
  readonly kernel: string | null;
  readonly initrd: string | null;
  readonly cmdline: string | null;
  readonly firmware:
    | { readonly type: 'bios' }
    | {
        readonly type: 'uefi';
        readonly code: string;
        readonly codeFormat: string;
        /** The image keeps its variables in itself. */
        readonly codeWritable: boolean;
        /** What new variables are copied from; null: there is nothing to copy. */
        readonly template: string | null;
        /** Null: a firmware without variables that stay. */
        readonly variables: string | null;
        readonly variablesFormat: string;
        /** The variables may be written from system management mode alone. */
        readonly secure: boolean;
      };
}

export interface RootPortPlan {
  readonly id: string;
  readonly chassis: number;
  readonly slot: number;
  readonly function: number;
  /** The id of the device behind it; null: free, for hot-plug. */
  readonly device: string | null;
}

/** A PCI bus of a pc beside its own. */
export interface PciBridgePlan {
  readonly id: string;
  /** Where the bridge itself sits. */
  readonly bus: string;
  readonly slot: number;
  readonly chassis: number;
}

export interface VmPlan {
  readonly name: string;
  readonly uuid: string;
  readonly paths: VmPaths;
  readonly qemuBinary: string;
  /** As in 7.2.22; null: it was not asked. */
  readonly qemuVersion: string | null;
  readonly machineType: string;
  readonly accelerator: 'kvm' | 'tcg';
  readonly machine: MachinePlan;
  readonly iommu: IommuPlan | null;
  readonly cpu: CpuPlan;
  readonly memory: MemoryPlan;
  readonly boot: BootPlan;
  readonly placement: PlacementPlan;
  /** Shares of the host's caches. */
  readonly cacheGroups: readonly CacheGroupPlan[];
  /** What isolates the CPUs of the vCPUs; null: nothing. */
  readonly partition: PartitionPlan | null;
  /** What holds the whole VM to its limits; null: nothing. */
  readonly limits: LimitsPlan | null;
  /** The CPUs that the host's interrupts keep away from; null: none. */
  readonly interrupts: InterruptsPlan | null;
  readonly ioThreads: readonly string[];
  /** How they and the main loop wait and work. */
  readonly loops: LoopsPlan;
  readonly rootPorts: readonly RootPortPlan[];
  readonly pciBridges: readonly PciBridgePlan[];
  readonly devices: readonly DevicePlan[];
  readonly taps: readonly TapPlan[];
  readonly macvtaps: readonly MacvtapPlan[];
  /** Started before QEMU, all at once. */
  readonly sideProcesses: readonly SideProcessPlan[];
  /** What cloud-init is told; null: nothing. */
  readonly seed: SeedPlan | null;
  readonly sandbox: boolean;
  readonly extraArgs: readonly string[];
  /** Seconds that `vm down` waits for the guest. */
  readonly shutdownTimeout: number;
  readonly decisions: readonly Decision[];
  readonly findings: readonly Finding[];
}
