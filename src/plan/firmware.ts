/** Which firmware a VM starts with, and where its variables are. Pure. QEMU's docs/interop/firmware.json. */
import { type BootInput, reportFile } from './boot-input.js';
import type { FirmwareFacts } from './facts.js';
import type { BootPlan } from './plan.js';

type Firmware = BootPlan['firmware'];

export function planFirmware(input: BootInput): Firmware {
  const { boot } = input.spec;
  if (boot.firmware === 'bios') return { type: 'bios' };
  return boot.code === undefined ? fromDescriptors(input) : fromSpec(input, boot.code);
}

/** The image and the template that the spec names itself. */
function fromSpec(input: BootInput, code: string): Firmware {
  const { boot } = input.spec;
  reportFile('code', code, input);
  reportFile('variables', boot.variables, input);
  const alone = boot.stateless || boot.writable;
  return {
    type: 'uefi',
    code,
    codeFormat: boot.format,
    codeWritable: boot.writable,
    template: alone ? null : (boot.variables ?? null),
    variables: alone ? null : (boot.nvram ?? input.paths.nvram),
    variablesFormat: boot.format,
    secure: boot.secureBoot,
  };
}

function fromDescriptors(input: BootInput): Firmware {
  const { host, paths, spec, decide } = input;
  const { boot } = spec;
  const image = host.firmware.find((one) => fits(one, input));
  if (image) decide({ key: 'boot.firmware', value: image.code, reason: reasonFor(boot.secureBoot) });
  else reportNone(input);
  const secure = boot.secureBoot ? '.secboot' : '';
  const keys = wantsKeys(input) ? '.ms' : '';
  return {
    type: 'uefi',
    code: image?.code ?? `/usr/share/OVMF/OVMF_CODE_4M${secure}.fd`,
    codeFormat: image?.codeFormat ?? 'raw',
    codeWritable: false,
    template: image?.variables ?? `/usr/share/OVMF/OVMF_VARS_4M${keys}.fd`,
    variables: boot.nvram ?? paths.nvram,
    variablesFormat: image?.variablesFormat ?? 'raw',
    secure: boot.secureBoot,
  };
}

/** Without Secure Boot an image that needs SMM is passed over: it is slower, and pc has no SMM to speak of. */
function fits({ features, machines }: FirmwareFacts, input: BootInput): boolean {
  if (!machines.some((pattern) => matches(pattern, input.spec.machine.type))) return false;
  const { secureBoot, enrolledKeys } = input.spec.boot;
  const needsSmm = features.includes('requires-smm');
  if (!secureBoot) return !needsSmm && (enrolledKeys !== true || features.includes('enrolled-keys'));
  return (
    needsSmm && features.includes('secure-boot') && features.includes('enrolled-keys') === wantsKeys(input)
  );
}

/** The aliases are the newest of their kind. @param pattern with `*` for any text, as a shell has it. */
function matches(pattern: string, machine: string): boolean {
  const full = { q35: 'pc-q35-newest', pc: 'pc-i440fx-newest' }[machine] ?? machine;
  const parts = pattern.split('*').map((part) => part.replace(/[^A-Za-z0-9_-]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(full) || pattern === machine;
}

function wantsKeys({ spec: { boot } }: BootInput): boolean {
  return boot.enrolledKeys === 'auto' ? boot.secureBoot : boot.enrolledKeys;
}

const reasonFor = (secureBoot: boolean): string =>
  secureBoot
    ? "the first that QEMU's firmware descriptors offer with Secure Boot"
    : "the first that QEMU's firmware descriptors offer";

function reportNone(input: BootInput): void {
  const { secureBoot } = input.spec.boot;
  const keys = wantsKeys(input) ? ', with keys enrolled,' : '';
  input.find({
    severity: 'missing',
    code: 'host.firmware',
    key: secureBoot ? 'boot.secureBoot' : 'boot.firmware',
    message: `no UEFI firmware for x86_64${secureBoot ? ` with Secure Boot${keys}` : ''} is described on this host`,
    hint: 'Install it (Debian: apt-get install ovmf), or say firmware: bios.',
  });
}
