/** Checks of `machine`, `clock` and `lifecycle`. Pure. */
import type { KeyIssue } from './error.js';
import { chipsetOf } from './machine-type.js';
import type { VmSpec } from './schema.js';

const MIB = 1024 ** 2;

export function checkMachine(spec: VmSpec): KeyIssue[] {
  return [...checkParts(spec), ...checkMicrovm(spec), ...checkLifecycle(spec)];
}

/** Parts that only some machines have: QEMU refuses the property elsewhere. */
function checkParts({ machine, clock, lifecycle }: VmSpec): KeyIssue[] {
  const chipset = chipsetOf(machine.type);
  const parts: [key: string, value: unknown, has: readonly string[]][] = [
    ['machine.sata', machine.sata, ['q35']],
    ['machine.smbus', machine.smbus, ['q35', 'pc']],
    ['machine.i8042', machine.i8042, ['q35', 'pc']],
    ['machine.hmat', machine.hmat, ['q35', 'pc']],
    ['machine.maxRamBelow4g', machine.maxRamBelow4g, ['q35', 'pc']],
    ['clock.hpet', clock.hpet, ['q35', 'pc']],
    ['lifecycle.suspendToMemory', lifecycle.suspendToMemory, ['q35', 'pc']],
    ['lifecycle.suspendToDisk', lifecycle.suspendToDisk, ['q35', 'pc']],
  ];
  const issues = parts
    .filter(([, value, has]) => value !== undefined && !has.includes(chipset))
    .map(([key]) => ({ key, message: `the machine ${machine.type} does not have it`, hint: 'remove it' }));
  const { tbCache } = machine.tcg;
  if (tbCache === undefined || tbCache % MIB === 0) return issues;
  return [
    ...issues,
    { key: 'machine.tcg.tbCache', message: 'is no whole number of MiB', hint: 'write 512MiB' },
  ];
}

/** No PCI: virtio devices, serial ports, and nothing else. */
function checkMicrovm({ machine, boot, display }: VmSpec): KeyIssue[] {
  if (chipsetOf(machine.type) !== 'microvm') return [];
  const issues: KeyIssue[] = [];
  const refuse = (key: string, message: string, hint: string) => issues.push({ key, message, hint });
  if (boot.firmware === 'uefi')
    refuse('boot.firmware', 'microvm has no flash for UEFI', 'write firmware: bios, and give boot.kernel');
  if (display.length > 0) refuse('display', 'microvm has no screen', 'write display: none');
  return issues;
}

function checkLifecycle({ lifecycle }: VmSpec): KeyIssue[] {
  if (lifecycle.onReboot !== 'pause' || lifecycle.onPoweroff === 'pause') return [];
  return [
    {
      key: 'lifecycle.onReboot',
      message: 'pause holds for a power-off too: QEMU knows one pause for both',
      hint: 'write onPoweroff: pause too, or onReboot: stop',
    },
  ];
}
