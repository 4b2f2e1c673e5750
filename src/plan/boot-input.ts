/** What the planning of firmware and kernel is made from. Pure. */
import type { VmSpec } from '../spec/schema.js';
import type { FileFacts, HostFacts } from './facts.js';
import type { PlanNotes } from './findings.js';
import type { VmPaths } from './paths.js';

export interface BootInput extends PlanNotes {
  readonly spec: VmSpec;
  readonly host: HostFacts;
  readonly files: ReadonlyMap<string, FileFacts>;
  readonly paths: VmPaths;
}

type FileKey = 'kernel' | 'initrd' | 'rom' | 'splash' | 'code' | 'variables';

/** Tells of a file that is not there or can't be read. */
export function reportFile(key: FileKey, path: string | undefined, { files, find }: BootInput): void {
  const facts = path === undefined ? undefined : files.get(path);
  if (!facts || (facts.kind === 'file' && facts.readable)) return;
  find({
    severity: 'missing',
    code: 'host.boot-file',
    key: `boot.${key}`,
    message: `${path} ${facts.kind === 'missing' ? 'does not exist' : facts.kind === 'file' ? "can't be read by this user" : 'is no file'}`,
    hint: `Correct boot.${key}; a relative path is relative to the spec.`,
  });
}
