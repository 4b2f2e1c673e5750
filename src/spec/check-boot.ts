/** Checks of `boot`. Pure. QEMU's docs/system/linuxboot. */
import type { KeyIssue } from './error.js';
import type { VmSpec } from './schema.js';

export function checkBoot({ boot }: VmSpec): KeyIssue[] {
  const issues: KeyIssue[] = [];
  for (const key of ['initrd', 'cmdline'] as const) {
    if (boot[key] !== undefined && boot.kernel === undefined) {
      issues.push({
        key: `boot.${key}`,
        message: 'needs a kernel',
        hint: 'give boot.kernel, or remove this key',
      });
    }
  }
  const twice = boot.order.findIndex((kind, index) => boot.order.indexOf(kind) !== index);
  if (twice !== -1)
    issues.push({
      key: `boot.order[${twice}]`,
      message: `${boot.order[twice]} is listed twice`,
      hint: 'remove one of the two',
    });
  return issues;
}
