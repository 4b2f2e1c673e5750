/** Firmware and direct kernel start. Pure. QEMU's docs: qemu-options, -kernel, -boot; docs/interop/firmware.json for pflash. */
import type { BootPlan, VmPlan } from '../plan/plan.js';
import type { QemuOption } from './option.js';
import { json, keyValue } from './quote.js';

/**
 * Named as libvirt names them, so that a script that asks QEMU for the flash of a VM finds it here too. Variables in a raw file need no
 * layer of a format above it.
 */
export function pflashNodes(firmware: BootPlan['firmware']): {
  code: string | null;
  variables: string | null;
} {
  if (firmware.type === 'bios') return { code: null, variables: null };
  const layer = firmware.variablesFormat === 'raw' ? 'storage' : 'format';
  return {
    code: 'libvirt-pflash0-format',
    variables: firmware.variables === null ? null : `libvirt-pflash1-${layer}`,
  };
}

export function bootOptions({ boot }: VmPlan): QemuOption[] {
  return [...pflashOptions(boot.firmware), ...kernelOptions(boot), ...orderOptions(boot)];
}

function orderOptions({ options }: BootPlan): QemuOption[] {
  if (Object.keys(options).length === 0) return [];
  return [
    {
      group: 'boot',
      flag: '-boot',
      value: keyValue(undefined, options),
      origin: 'boot.order',
      why: 'The firmware tries the devices of boot.order and no others.',
    },
  ];
}

function kernelOptions({ rom, kernel, initrd, cmdline }: BootPlan): QemuOption[] {
  const option = (flag: string, value: string | null, origin: string, why: string): QemuOption[] =>
    value === null ? [] : [{ group: 'boot', flag, value, origin, why }];
  return [
    ...option('-bios', rom, 'boot.rom', "The firmware, mapped as ROM in place of QEMU's own."),
    ...option('-kernel', kernel, 'boot.kernel', 'Started directly, without a boot loader.'),
    ...option('-initrd', initrd, 'boot.initrd', 'Its first root file system.'),
    ...option('-append', cmdline, 'boot.cmdline', 'Its command line.'),
  ];
}

function pflashOptions(firmware: BootPlan['firmware']): QemuOption[] {
  if (firmware.type === 'bios') return [];
  const { code, codeFormat, codeWritable, variables, variablesFormat } = firmware;
  const why = codeWritable
    ? "UEFI with its variables, in an image of this VM's own."
    : 'UEFI itself, which no guest can write.';
  return [
    ...flash('libvirt-pflash0', code, !codeWritable, codeFormat, why),
    ...(variables === null
      ? []
      : flash(
          'libvirt-pflash1',
          variables,
          false,
          variablesFormat === 'raw' ? null : variablesFormat,
          "The VM's own UEFI variables; they stay after `down`.",
        )),
  ];
}

/** A file, and above it the format that it is in, if one is wanted. */
function flash(
  name: string,
  filename: string,
  readOnly: boolean,
  format: string | null,
  why: string,
): QemuOption[] {
  const node = (properties: Record<string, string | boolean>): QemuOption => ({
    group: 'boot',
    flag: '-blockdev',
    value: json({ ...properties, 'read-only': readOnly }),
    origin: 'boot.firmware',
    why,
  });
  const storage = `${name}-storage`;
  const file = node({ driver: 'file', 'node-name': storage, filename, discard: 'unmap' });
  if (format === null) return [file];
  return [file, node({ driver: format, 'node-name': `${name}-format`, file: storage })];
}
