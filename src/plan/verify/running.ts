/** A running VM as the kernel and its QEMU show it, as plain data. Pure types; `runtime/verify` fills them. */
import type { Interrupt } from '../interrupt-facts.js';
import type { SchedulerPlan } from '../plan.js';

/** A thread as `/proc/PID/task/TID` shows it. */
export interface TaskFacts {
  readonly threadId: number;
  /** At most 15 characters. */
  readonly name: string;
  /** CPUs that it may run on. */
  readonly cpus: readonly number[];
  /** sched(7); `unknown`: a policy that no spec can ask for. */
  readonly policy: SchedulerPlan['policy'] | 'unknown';
  /** Of real-time policies; 0 for the others. */
  readonly priority: number;
}

/** A thread that QEMU knows by its purpose. */
export interface NamedThreadFacts {
  readonly index: number;
  readonly threadId: number;
}

/** Where a vCPU was seen, and what it came to meanwhile. */
export interface VcpuRun {
  readonly vcpu: number;
  /** The CPU that it was on at each look before which it had run. */
  readonly looks: readonly number[];
  /** Seconds on a CPU, and seconds in which it could have run and had none, between the first look and the last. */
  readonly ran: number;
  readonly waited: number;
  readonly seconds: number;
}

/** A mapping of QEMU's memory (proc(5), smaps and numa_maps). */
export interface MappingFacts {
  /** Addresses in hexadecimal, as the kernel writes them. */
  readonly start: string;
  readonly end: string;
  readonly bytes: number;
  /** As in `rw-p`. */
  readonly permissions: string;
  readonly inode: number;
  /** Empty for anonymous memory. */
  readonly path: string;
  readonly pageBytes: number;
  readonly residentBytes: number;
  readonly hugetlbBytes: number;
  readonly transparentHugeBytes: number;
  /** Two letters each: `mg` mergeable, `dd` in no dump, `lo` locked, `ht` huge pages. */
  readonly flags: readonly string[];
  /** As in `bind:0`; null: the kernel tells of no nodes. */
  readonly policy: string | null;
  readonly bytesByNode: readonly { readonly node: number; readonly bytes: number }[];
}

/** A group of cgroup v2. */
export interface CgroupState {
  readonly path: string;
  readonly threadIds: readonly number[];
  /** What its files say, by name, without the last line's end; those of a controller that it lacks are missing. */
  readonly files: ReadonlyMap<string, string>;
}

export interface InterruptState extends Interrupt {
  /** Whether the kernel lets root move it; null: unknown. */
  readonly isMovable: boolean | null;
}

export interface InterruptsState {
  readonly irqs: readonly InterruptState[];
  /** Where a new one may come; null: unknown. */
  readonly ofNew: readonly number[] | null;
  /** Interrupts of passed PCI devices, by address. */
  readonly devices: ReadonlyMap<string, readonly number[]>;
}

export interface BesideFacts {
  readonly id: string;
  readonly threads: readonly TaskFacts[];
  /** The cgroup that it is in; null: unknown. */
  readonly group: string | null;
}

export interface RunningVm {
  readonly vcpus: readonly NamedThreadFacts[];
  readonly ioThreads: readonly NamedThreadFacts[];
  /** Every thread of QEMU. */
  readonly threads: readonly TaskFacts[];
  /** What the kernel runs on behalf of QEMU outside of it: vhost workers, KVM's own threads. */
  readonly kernelThreads: readonly TaskFacts[];
  /** Whether it is root's, who alone may move threads of the kernel. */
  readonly isRoots: boolean;
  /** Processes beside QEMU; no threads: it is gone. */
  readonly beside: readonly BesideFacts[];
  readonly runs: readonly VcpuRun[];
  readonly accelerator: 'kvm' | 'tcg';
  /** Properties of the first vCPU by name, as QEMU has them; null: it has none of that name. */
  readonly cpuProperties: ReadonlyMap<string, boolean | null>;
  readonly mappings: readonly MappingFacts[];
  /** Bytes that the kernel keeps from being swapped out (VmLck). */
  readonly lockedBytes: number;
  /** `always`, `madvise` or `never`; null: unknown. */
  readonly transparentHugepages: string | null;
  /** Whether the kernel looks for pages to merge; null: unknown. */
  readonly ksmRuns: boolean | null;
  /** Groups of resctrl by name: their threads and their lines of schemata; a group that is not there is missing. */
  readonly cacheGroups: ReadonlyMap<
    string,
    { readonly threadIds: readonly number[]; readonly schemata: string }
  >;
  /** The group that isolates its CPUs; null: there is none. */
  readonly partition: CgroupState | null;
  /** The group that QEMU itself is in; null: unknown. */
  readonly group: CgroupState | null;
  /** Null: the spec leaves them alone. */
  readonly interrupts: InterruptsState | null;
}
