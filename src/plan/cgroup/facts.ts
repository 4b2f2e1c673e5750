/** What is known of the cgroups of a host. Pure types. Kernel: Documentation/admin-guide/cgroup-v2.rst. */

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
