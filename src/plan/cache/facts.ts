/** What is known of the sharing out of caches on a host (resctrl). Pure types. */
import type { Schemata } from './schemata.js';

/** One kind of share: `L3`, `L2`, or with code and data prioritisation `L3CODE` and `L3DATA`. */
export interface CacheResource {
  readonly name: string;
  /** All ways (`cbm_mask`). */
  readonly all: number;
  /** The fewest that a group may have. */
  readonly minWays: number;
  /** Ways that hardware uses too. */
  readonly shareable: number;
  /** Whether a group's ways need not be neighbours. */
  readonly sparse: boolean;
  readonly maxGroups: number;
}

export interface BandwidthResource {
  /** What a value means: percent of all, MB/s (mount option mba_MBps), or eighths of GB/s (AMD). */
  readonly unit: 'percent' | 'MB/s' | '1/8 GB/s';
  readonly min: number;
  readonly step: number;
  readonly maxGroups: number;
}

export interface ResctrlGroup {
  /** Empty: the default group, in which every task is that no other has. */
  readonly name: string;
  readonly schemata: Schemata;
}

export interface CacheDomain {
  readonly level: number;
  /** The kernel's id of this cache, as `schemata` has it. */
  readonly id: number;
  readonly cpus: readonly number[];
}

export interface ResctrlFacts {
  readonly caches: readonly CacheResource[];
  readonly bandwidth: BandwidthResource | null;
  readonly groups: readonly ResctrlGroup[];
  readonly domains: readonly CacheDomain[];
}

/** Why caches can't be shared out here: the CPU can't, the kernel can't, or nobody mounted it. */
export interface NoResctrl {
  readonly lacks: 'cpu' | 'kernel' | 'mount';
}
