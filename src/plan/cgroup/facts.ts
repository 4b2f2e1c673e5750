/** The cgroups of a host, and what a VM gets of them. Pure types. Kernel: Documentation/admin-guide/cgroup-v2.rst. */

/** Cgroup v2. */
export interface CgroupFacts {
  /** Where it is mounted: `/sys/fs/cgroup`, or `/sys/fs/cgroup/unified` beside v1. */
  readonly mount: string;
  /** Of the root group. */
  readonly controllers: readonly string[];
  /** Of those, the ones that its children have too (`cgroup.subtree_control`). */
  readonly enabled: readonly string[];
  /** Whether what looks like the root group is the root of the machine, and not the group of a container. */
  readonly whole: boolean;
  /** Controllers that cgroup v1 holds, with where it has them mounted. */
  readonly legacy: Readonly<Record<string, string>>;
}

/** There is no cgroup v2 here. */
export interface NoCgroups {
  readonly lacks: 'mount';
}

/**
 * A threaded group right under the root group, with the vCPU threads and nothing else in it. Kernels before 6.7 know partitions only
 * below partitions, and the root group is the only one that every host has; being threaded, it can hold some threads of a process
 * whose others stay in the root group.
 */
export interface PartitionPlan {
  /** Where cgroup v2 is mounted: the root group. */
  readonly root: string;
  readonly group: string;
  readonly cpus: readonly number[];
  /** Controllers to be switched on in the root group: nobody had asked for them yet. */
  readonly enables: readonly string[];
  /** Null: systemd does not run here. */
  readonly holder: ControllerHolder | null;
}

/**
 * A slice of systemd's with nothing in it. Each time that systemd starts a unit or reads its files again, it switches off what none of
 * its units asks for in the root group, whoever has switched it on: this one asks (systemd.resource-control(5)).
 */
export interface ControllerHolder {
  readonly unit: string;
  /** Lines of its section `[Slice]`, one a controller. */
  readonly settings: readonly string[];
}

/** A cgroup with limits that QEMU runs in. */
export interface LimitsGroup {
  readonly root: string;
  /** What all VMs' groups are in. */
  readonly slice: string;
  readonly group: string;
  readonly controllers: readonly string[];
  /** Of those, the ones to be switched on in the root group: nobody had asked for them yet. */
  readonly enables: readonly string[];
  /** Null: systemd does not run here. */
  readonly holder: ControllerHolder | null;
  readonly settings: readonly { readonly file: string; readonly value: string }[];
}

/** The same as a scope that systemd makes. */
export interface LimitsScopePlan {
  readonly kind: 'scope';
  readonly unit: string;
  /** Of the user's own systemd. */
  readonly user: boolean;
  /** As in systemd.resource-control(5): `CPUQuota=150%`. */
  readonly properties: readonly string[];
}

export type LimitsPlan = (LimitsGroup & { readonly kind: 'group' }) | LimitsScopePlan;
