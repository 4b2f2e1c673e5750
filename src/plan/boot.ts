/** Firmware, or a kernel that is started directly. Pure. */
import type { VmSpec } from '../spec/schema.js';
import type { FileFacts, HostFacts } from './facts.js';
import type { PlanNotes } from './findings.js';
import type { VmPaths } from './paths.js';
import type { BootPlan } from './plan.js';

interface BootInput extends PlanNotes {
  readonly spec: VmSpec;
  readonly host: HostFacts;
  readonly files: ReadonlyMap<string, FileFacts>;
  readonly paths: VmPaths;
}

export function planBoot(input: BootInput): BootPlan {
  const { boot } = input.spec;
  for (const key of ['kernel', 'initrd'] as const) reportFile(key, boot[key], input);
  return {
    kernel: boot.kernel ?? null,
    initrd: boot.initrd ?? null,
    cmdline: boot.cmdline ?? null,
    firmware: boot.firmware === 'uefi' ? planUefi(input) : { type: 'bios' },
  };
}

function reportFile(key: 'kernel' | 'initrd', path: string | undefined, { files, find }: BootInput): void {
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

function planUefi({ host, paths, decide, find }: BootInput): BootPlan['firmware'] {
  const image = host.firmware.find(({ features }) => !features.includes('requires-smm'));
  if (!image) {
    find({
      severity: 'missing',
      code: 'host.firmware',
      key: 'boot.firmware',
      message: 'no UEFI firmware for x86_64 is described on this host',
      hint: 'Install it (Debian: apt-get install ovmf), or say firmware: bios.',
    });
  } else {
    decide({
      key: 'boot.firmware',
      value: image.code,
      reason: "the first that QEMU's firmware descriptors offer",
    });
  }
  return {
    type: 'uefi',
    code: image?.code ?? '/usr/share/OVMF/OVMF_CODE_4M.fd',
    codeFormat: image?.codeFormat ?? 'raw',
    template: image?.variables ?? '/usr/share/OVMF/OVMF_VARS_4M.fd',
    variables: paths.nvram,
    variablesFormat: image?.variablesFormat ?? 'raw',
  };
}
