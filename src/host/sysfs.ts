/** Files of sysfs that make the kernel do something: read as others, written by a process that can be left behind. */
import { VmError } from '../errors.js';
import { run } from '../runtime/run.js';
import { kernelWrite, settleWrites } from './kernel-write.js';
import { openRoot, type Root } from './root.js';

export interface Sysfs {
  readonly root: Root;
  /** One write(2). @throws VmError `host.sysfs` with what the kernel answers, or that it does not. */
  write(path: string, text: string): Promise<void>;
  /** Waits for what a killed command still writes to these files, or below these folders. @throws VmError `host.sysfs`: it does not end. */
  settle(...paths: readonly string[]): Promise<void>;
  /** Loads the module of a driver. @throws VmError `host.module`. */
  load(module: string): Promise<void>;
}

/** Seconds. A driver may have to wait for its device; one that does not let it go never answers. */
const patience = 30;

/** That of this machine. */
export function liveSysfs(seconds: number = patience): Sysfs {
  return {
    root: openRoot(),
    async write(path, text) {
      const reason = await kernelWrite(path, text, seconds);
      if (reason === undefined) return;
      throw new VmError('host.sysfs', `${text.trim()} can't be written to ${path}: ${reason}`, {
        hint: 'The kernel log may say more (dmesg); only root may write there.',
      });
    },
    settle: (...paths) => settleWrites(paths, seconds),
    async load(module) {
      const { status, stderr } = await run('modprobe', [module], { timeout: seconds });
      if (status === 0) return;
      throw new VmError('host.module', `the module ${module} can't be loaded: ${stderr.trim()}`, {
        hint: 'It comes with the kernel (CONFIG_VFIO_PCI); only root may load it.',
      });
    },
  };
}
