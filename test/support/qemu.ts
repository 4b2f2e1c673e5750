/** What QEMUs can do, for tests: recorded sessions that lie beside the project, and the QEMU that is here. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { QemuCapabilities } from '../../src/plan/qemu-capabilities.js';
import { readRecordedCapabilities } from '../../src/qemu/capabilities-recorded.js';

const folder = resolve(import.meta.dirname, '../../../shared/qemu-capabilities');

export type RecordedVersion = '7.2.0' | '9.2.0' | '10.0.0';

export function recordedFile(version: RecordedVersion): string {
  return join(folder, `caps_${version}_x86_64.replies.xz`);
}

/** Why tests with recorded sessions are skipped; undefined where they run. */
export const whyNoRecordings = existsSync(recordedFile('10.0.0'))
  ? undefined
  : '../shared/qemu-capabilities is absent';

export function recorded(version: RecordedVersion): Promise<QemuCapabilities> {
  return readRecordedCapabilities(recordedFile(version));
}
