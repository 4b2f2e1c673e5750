/** Firmware and direct kernel start. Pure. QEMU's docs: qemu-options, -kernel, -boot; docs/interop/firmware.json for pflash. */
import type { BootPlan, VmPlan } from '../plan/plan.js';
import type { QemuOption } from './option.js';
import { json, keyValue } from './quote.js';

export const pflashNodes = { code: 'vm-fw-code', variables: 'vm-fw-vars' } as const;

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
  const origin = 'boot.firmware';
  const node = (
    name: string,
    filename: string,
    format: string,
    readOnly: boolean,
    why: string,
  ): QemuOption[] => [
    {
      group: 'boot',
      flag: '-blockdev',
      value: json({ driver: 'file', 'node-name': `${name}-file`, filename, 'read-only': readOnly }),
      origin,
      why,
    },
    {
      group: 'boot',
      flag: '-blockdev',
      value: json({ driver: format, 'node-name': name, file: `${name}-file`, 'read-only': readOnly }),
      origin,
      why,
    },
  ];
  return [
    ...node(
      pflashNodes.code,
      firmware.code,
      firmware.codeFormat,
      true,
      'UEFI itself, which no guest can write.',
    ),
    ...(firmware.variables === null
      ? []
      : node(
          pflashNodes.variables,
          firmware.variables,
          firmware.variablesFormat,
          false,
          "The VM's own UEFI variables; they stay after `down`.",
        )),
  ];
}
