import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The kernel and initramfs of the guest that `scripts/guest` makes. */
export interface GuestFiles {
  readonly kernel: string;
  readonly initrd: string;
}

/** `guest-full` has Debian's kernel for all machines: what the cloud kernel lacks, and a slower start. */
export type GuestName = 'guest' | 'guest-full';

/**
 * Finds the guest that `scripts/guest` or `scripts/guest --full` made, by the same rule as the script: `$VM_CACHE_DIR/guest`, where
 * `VM_CACHE_DIR` is by default `$XDG_CACHE_HOME/vm` or `~/.cache/vm`. It builds nothing.
 *
 * @returns undefined when there is none; the `version` file comes last when it is made, so a half made one is none.
 */
export function guestFolder(
  env: NodeJS.ProcessEnv = process.env,
  name: GuestName = 'guest',
): GuestFiles | undefined {
  const caches = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  const folder = join(env.VM_CACHE_DIR || join(caches, 'vm'), name);
  const files = { kernel: join(folder, 'vmlinuz'), initrd: join(folder, 'initrd.img') };
  const complete = [files.kernel, files.initrd, join(folder, 'version')].every((file) => existsSync(file));
  return complete ? files : undefined;
}
