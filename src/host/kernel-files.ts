/** Files by which the kernel is told what to do (resctrl, cgroups): plain writes and folders, nothing else. */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

export interface KernelFiles {
  /** Undefined where there is none, or it can't be read. */
  text(path: string): string | undefined;
  /** One write(2). @throws what the kernel answers. */
  write(path: string, text: string): void;
  names(path: string): readonly string[];
  /** @throws what the kernel answers. */
  makeFolder(path: string): void;
  /** The folder alone: what the kernel put into it goes with it. One that is gone is no error. */
  removeFolder(path: string): void;
}

/** Those of this machine. */
export const kernelFiles: KernelFiles = {
  text(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  write: (path, text) => writeFileSync(path, text, { flag: 'r+' }),
  names(path) {
    try {
      return readdirSync(path);
    } catch {
      return [];
    }
  },
  makeFolder: (path) => void mkdirSync(path, { mode: 0o755 }),
  removeFolder(path) {
    try {
      rmdirSync(path);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  },
};
