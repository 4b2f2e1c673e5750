/** Firmware, or a kernel that is started directly. Pure. */
import { chipsetOf } from '../spec/machine-type.js';
import type { VmSpec } from '../spec/schema.js';
import { type BootInput, reportFile } from './boot-input.js';
import { planFirmware } from './firmware.js';
import type { BootPlan } from './plan.js';

export function planBoot(input: BootInput): BootPlan {
  const { boot } = input.spec;
  for (const key of ['kernel', 'initrd', 'rom', 'splash'] as const) reportFile(key, boot[key], input);
  return {
    options: bootOptionsOf(input.spec),
    rom: boot.rom ?? null,
    kernel: boot.kernel ?? null,
    initrd: boot.initrd ?? null,
    cmdline: boot.cmdline ?? null,
    firmware: planFirmware(input),
  };
}

function bootOptionsOf({ boot, machine }: VmSpec): BootPlan['options'] {
  const milliseconds = (seconds: number) => Math.round(seconds * 1000);
  return {
    ...(boot.menu === undefined ? {} : { menu: boot.menu }),
    ...(boot.splash === undefined ? {} : { splash: boot.splash }),
    ...(boot.menuTimeout === undefined ? {} : { 'splash-time': milliseconds(boot.menuTimeout) }),
    ...(boot.rebootTimeout === undefined ? {} : { 'reboot-timeout': milliseconds(boot.rebootTimeout) }),
    // Nothing but a kernel starts on a microvm, and QEMU takes no order there.
    ...(chipsetOf(machine.type) === 'microvm' ? {} : { strict: true }),
  };
}
