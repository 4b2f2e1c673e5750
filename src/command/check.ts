/** Checks a command line against the QEMU that will run it, before it runs. Pure. */
import type { Finding } from '../plan/findings.js';
import type { QemuCapabilities } from '../plan/qemu-capabilities.js';
import { checkBlockdev, checkChardev, checkNetdev, checkObject } from './check-backends.js';
import { checkDevice } from './check-devices.js';
import { checkCpu, checkMachine, checkParameters, checkSmp } from './check-machine.js';
import type { QemuCommand, QemuOption } from './option.js';

type Check = (option: QemuOption, qemu: QemuCapabilities, command: QemuCommand) => Finding[];

const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['-blockdev', checkBlockdev],
  ['-chardev', checkChardev],
  ['-cpu', checkCpu],
  ['-device', checkDevice],
  ['-machine', checkMachine],
  ['-netdev', checkNetdev],
  ['-object', checkObject],
  ['-overcommit', (option, qemu) => checkParameters(option, 'overcommit', 'mem-lock', qemu)],
  ['-run-with', (option, qemu) => checkParameters(option, 'run-with', 'user', qemu)],
  ['-smp', checkSmp],
]);

/**
 * Everything in a command that this QEMU does not have: drivers, properties, members of backends, the machine, the CPU model. What it did
 * not tell of is left unchecked, as extra arguments are.
 * @returns findings whose key is the key of the spec that led there; `up` makes them errors.
 */
export function checkCommand(command: QemuCommand, qemu: QemuCapabilities): Finding[] {
  const found = new Map<string, Finding>();
  for (const option of command.options) {
    if (option.group === 'extra') continue;
    for (const finding of checks.get(option.flag)?.(option, qemu, command) ?? []) {
      // A property that every root port has is told once.
      found.set(`${finding.key} ${finding.message}`, finding);
    }
  }
  return [...found.values()];
}
