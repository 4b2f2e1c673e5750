/** A plan becomes a command line: nothing is decided here. Pure. */
import { deviceOptions } from '../devices/registry.js';
import type { VmPlan } from '../plan/plan.js';
import { bootOptions } from './boot.js';
import { clockOptions, globalOptions } from './clock.js';
import { iommuOptions } from './iommu.js';
import { cpuOptions, machineOptions } from './machine.js';
import { memoryOptions } from './memory.js';
import { memoryModuleOptions } from './memory-modules.js';
import { monitorOptions } from './monitors.js';
import { numaOptions } from './numa.js';
import type { QemuCommand, QemuOption } from './option.js';
import { json } from './quote.js';

/** The one QEMU command line of a plan, in the order in which QEMU gets it. */
export function compileCommand(plan: VmPlan): QemuCommand {
  return {
    binary: plan.qemuBinary,
    options: [
      ...launchOptions(plan),
      ...machineOptions(plan),
      ...cpuOptions(plan),
      ...memoryOptions(plan.memory),
      ...numaOptions(plan.memory),
      ...globalOptions(plan),
      ...clockOptions(plan),
      ...bootOptions(plan),
      ...iommuOptions(plan),
      ...ioThreadOptions(plan),
      ...rootPortOptions(plan),
      ...bridgeOptions(plan),
      ...memoryModuleOptions(plan.memory),
      ...plan.devices.flatMap(deviceOptions),
      ...monitorOptions(plan.paths),
      ...plan.extraArgs.map(extraOption),
    ],
  };
}

function launchOptions({ name, uuid, paths, sandbox }: VmPlan): QemuOption[] {
  const option = (flag: string, value: string | undefined, why: string, origin = 'vm'): QemuOption => ({
    group: 'launch',
    flag,
    ...(value === undefined ? {} : { value }),
    origin,
    why,
  });
  return [
    option(
      '-name',
      `guest=${name},debug-threads=on`,
      "Names the process's threads too, so that each can be told from the others.",
      'name',
    ),
    option(
      '-uuid',
      uuid,
      'What the spec says, or made from the name, so that the guest keeps its identity.',
      'uuid',
    ),
    option('-S', undefined, 'Starts paused: no vCPU runs before every thread is in its place.'),
    option('-no-user-config', undefined, 'Nothing but this line decides what the VM is.'),
    option('-nodefaults', undefined, 'No device that the spec does not name.'),
    option(
      '-pidfile',
      paths.pidfile,
      'QEMU holds a lock on it as long as it lives; a second QEMU is refused.',
    ),
    ...(sandbox
      ? [
          option(
            '-sandbox',
            'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
            'A guest that breaks out of its devices can start no process, gain no rights and move no thread.',
            'qemu.sandbox',
          ),
        ]
      : []),
  ];
}

function ioThreadOptions({ ioThreads, loops }: VmPlan): QemuOption[] {
  const threads = ioThreads.map(
    (id, index): QemuOption => ({
      group: 'devices',
      flag: '-object',
      value: json({ 'qom-type': 'iothread', id, ...loops.ioThreads[index] }),
      origin: 'ioThreads',
      why: "A thread that serves disks, so that QEMU's main loop does not.",
    }),
  );
  if (loops.mainLoop === null) return threads;
  const mainLoop: QemuOption = {
    group: 'devices',
    flag: '-object',
    value: json({ 'qom-type': 'main-loop', id: 'main-loop', ...loops.mainLoop }),
    origin: 'mainLoop',
    why: "How many threads wait for the kernel in the place of QEMU's main loop.",
  };
  return [...threads, mainLoop];
}

function rootPortOptions({ rootPorts }: VmPlan): QemuOption[] {
  return rootPorts.map((port) => ({
    group: 'devices',
    flag: '-device',
    value: json({
      driver: 'pcie-root-port',
      id: port.id,
      bus: 'pcie.0',
      chassis: port.chassis,
      addr: `0x${port.slot.toString(16)}.0x${port.function.toString(16)}`,
      ...(port.function === 0 ? { multifunction: true } : {}),
    }),
    origin: 'vm',
    why:
      port.device === null
        ? 'A free PCIe root port: it keeps the numbers of the buses behind it, and takes a device while the VM runs.'
        : `The PCIe root port of ${port.device}, which can so be plugged and unplugged alone.`,
  }));
}

function bridgeOptions({ pciBridges }: VmPlan): QemuOption[] {
  return pciBridges.map(({ id, bus, slot, chassis }) => ({
    group: 'devices',
    flag: '-device',
    value: json({
      driver: 'pci-bridge',
      id,
      bus,
      addr: `0x${slot.toString(16)}`,
      chassis_nr: chassis,
      shpc: false,
    }),
    origin: 'vm',
    why: "A bridge to another PCI bus, as the machine's own is full.",
  }));
}

function extraOption(argument: string, index: number): QemuOption {
  return {
    group: 'extra',
    flag: argument,
    origin: `qemu.extraArgs[${index}]`,
    why: 'Put here unchecked, as the spec asks.',
    cost: 'It may undo anything that stands before it, and a later QEMU may not know it.',
  };
}
