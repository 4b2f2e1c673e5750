/** A process beside QEMU that a device needs: started before QEMU, stopped after it. Pure types. */
export interface SideProcessPlan {
  /** Unique in the VM: `swtpm`, `virtiofsd-src`, `passt-net0`. */
  readonly id: string;
  /** Absolute path, or a name that was not found on this host (which is a finding of the plan). */
  readonly program: string;
  readonly args: readonly string[];
  /** The socket that it serves; QEMU starts when it is there. */
  readonly socket: string;
  /** The part of the spec that it comes from. */
  readonly key: string;
  /** Where its words go, in the state folder. */
  readonly log: string;
  /** Folders of the state folder that it needs, made with mode 0700. */
  readonly folders: readonly string[];
  /** Files that it makes and does not take away. */
  readonly leaves?: readonly string[];
}
