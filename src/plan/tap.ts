/** Interfaces that the launch makes and takes away. Pure types. */
export interface TapPlan {
  readonly device: string;
  /** Null: in no bridge. */
  readonly bridge: string | null;
  readonly multiQueue: boolean;
  /** Null: as the kernel makes it. */
  readonly mtu: number | null;
  /** Reaches no other isolated port of its bridge. */
  readonly isolated: boolean;
}

/** A macvtap (Linux: drivers/net/macvtap.c): its device file is opened by us, and QEMU inherits the descriptors, one a queue. */
export interface MacvtapPlan {
  readonly device: string;
  /** The interface of the host that it sits on. */
  readonly interface: string;
  readonly mode: 'vepa' | 'bridge' | 'private' | 'passthrough';
  readonly mac: string;
  readonly mtu: number | null;
  /** The numbers under which QEMU finds them. */
  readonly descriptors: readonly number[];
}

/** QEMU's first descriptor after its input, its output twice, and the lock that shows that it lives. */
export const firstInherited = 4;
