/** Every decision about a VM made concrete. Plain data: it is kept in the record as it is. Pure types. */
import type { DevicePlan } from '../devices/registry.js';
import type { Decision, Finding } from './findings.js';
import type { VmPaths } from './paths.js';
import type { TapPlan } from './tap.js';

export interface CpuTopology {
  readonly sockets: number;
  readonly dies: number;
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

export interface MemoryPlan {
  readonly bytes: number;
  readonly backing: 'anonymous' | 'memfd' | 'file';
  readonly path: string | null;
  readonly hugepageBytes: number | null;
  readonly shared: boolean;
  readonly preallocate: boolean;
  readonly preallocThreads: number;
  readonly locked: boolean;
  readonly merge: boolean;
  readonly dump: boolean;
  readonly discard: boolean;
  /** Host nodes that it is bound to; empty: the kernel's choice. */
  readonly hostNodes: readonly number[];
  readonly policy: 'default' | 'bind' | 'preferred';
}

export interface BootPlan {
  readonly kernel: string | null;
  readonly initrd: string | null;
  readonly cmdline: string | null;
  readonly firmware:
    | { readonly type: 'bios' }
    | {
        readonly type: 'uefi';
        readonly code: string;
        readonly codeFormat: string;
        readonly template: string;
        readonly variables: string;
        readonly variablesFormat: string;
      };
}

export interface RootPortPlan {
  readonly id: string;
  readonly chassis: number;
  readonly slot: number;
  readonly function: number;
}

export interface VmPlan {
  readonly name: string;
  readonly uuid: string;
  readonly paths: VmPaths;
  readonly qemuBinary: string;
  readonly machineType: string;
  readonly accelerator: 'kvm' | 'tcg';
  readonly cpu: CpuPlan;
  readonly memory: MemoryPlan;
  readonly boot: BootPlan;
  readonly placement: PlacementPlan;
  readonly ioThreads: readonly string[];
  readonly rootPorts: readonly RootPortPlan[];
  readonly devices: readonly DevicePlan[];
  readonly taps: readonly TapPlan[];
  readonly sandbox: boolean;
  readonly extraArgs: readonly string[];
  /** Seconds that `vm down` waits for the guest. */
  readonly shutdownTimeout: number;
  readonly decisions: readonly Decision[];
  readonly findings: readonly Finding[];
}
