/** One option of the QEMU command line, with where it comes from. Pure. */

/** The parts in which `vm explain` groups the options; the command line keeps their order within a part. */
export type OptionGroup =
  | 'launch'
  | 'machine'
  | 'cpu'
  | 'memory'
  | 'boot'
  | 'devices'
  | 'display'
  | 'monitors'
  | 'extra';

export interface QemuOption {
  readonly group: OptionGroup;
  /** `-device`, say; for an extra argument, the argument itself. */
  readonly flag: string;
  /** What follows the flag, as QEMU is to get it: nothing in it is quoted for a shell. */
  readonly value?: string;
  /** The key of the spec that it comes from (`disks[0]`), or `vm` for what every launch has. */
  readonly origin: string;
  /** One sentence: why it is there. */
  readonly why: string;
  /** One sentence: what it costs or risks, where it does. */
  readonly cost?: string | undefined;
}

/** A whole command line; `argv` (command/argv.ts) is what is spawned. */
export interface QemuCommand {
  readonly binary: string;
  readonly options: readonly QemuOption[];
}
