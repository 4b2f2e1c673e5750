/** Checks of `machine`, `clock` and `lifecycle`. Pure. */
import type { KeyIssue } from './error.js';
import { chipsetOf } from './machine-type.js';
import type { VmSpec } from './schema.js';

const MIB = 1024 ** 2;

export function checkMachine(spec: VmSpec): KeyIssue[] {
  return [...checkParts(spec), ...checkLifecycle(spec)];
}

/** Parts that only some machines have: QEMU refuses the property elsewhere. */
function checkParts({ machine, clock, lifecycle }: VmSpec): KeyIssue[] {
  const chipset = chipsetOf(machine.type);
  const parts: [key: string, value: unknown, has: readonly string[]][] = [
    ['machine.sata', machine.sata, ['q35']],
    ['machine.tseg', machine.tseg, ['q35']],
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
  return [
    ...issues,
    ...wholeMib('machine.tcg.tbCache', machine.tcg.tbCache, '512MiB'),
    ...wholeMib('machine.tseg', machine.tseg, '48MiB'),
  ];
}

function wholeMib(key: string, size: number | undefined, example: string): KeyIssue[] {
  if (size === undefined || size % MIB === 0) return [];
  return [{ key, message: 'is no whole number of MiB', hint: `write ${example}` }];
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
