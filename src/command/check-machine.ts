/** Checks `-machine`, `-cpu`, `-smp` and the options whose parameters QEMU lists. Pure. */
import type { Finding } from '../plan/findings.js';
import type { QemuCapabilities, QemuMachine } from '../plan/qemu-capabilities.js';
import { versionText } from '../plan/qemu-features.js';
import { printable } from '../spec/printable.js';
import { membersOf } from './check-arguments.js';
import { lackFinding } from './check-findings.js';
import { isOlder } from './check-since.js';
import type { QemuCommand, QemuOption } from './option.js';

export function checkMachine(option: QemuOption, qemu: QemuCapabilities): Finding[] {
  const name = membersOf(option.value ?? '', 'type', false)?.type;
  if (typeof name !== 'string' || qemu.machines.length === 0 || machineOf(name, qemu)) return [];
  const known = qemu.machines.flatMap(({ name: own, alias }) => (alias === null ? [own] : [alias, own]));
  const found = lackFinding(
    option,
    { code: 'qemu.unknown-machine', what: `machine ${printable(name)}`, name, known },
    qemu,
  );
  const version = /-(\d+\.\d+)$/.exec(name)?.[1];
  if (version === undefined) return [found];
  if (!isOlder(qemu.version, version)) return [{ ...found, hint: newestHint(name, qemu) }];
  return [
    { ...found, message: `${found.message}: it came with QEMU ${version}`, hint: newestHint(name, qemu) },
  ];
}

function machineOf(name: string, { machines }: QemuCapabilities): QemuMachine | undefined {
  return machines.find((machine) => machine.name === name || machine.alias === name);
}

/** The newest of the same kind is the one with the kind's alias. */
function newestHint(name: string, { machines }: QemuCapabilities): string {
  const kind = name.replace(/-\d+\.\d+$/, '');
  const newest = machines.find((machine) => machine.alias !== null && machine.name.startsWith(`${kind}-`));
  return newest === undefined
    ? '"vm qemu" shows the machines that it has.'
    : `The newest that it has is ${newest.name}.`;
}

/** A machine has room for so many vCPUs. */
export function checkSmp(option: QemuOption, qemu: QemuCapabilities, command: QemuCommand): Finding[] {
  const members = membersOf(option.value ?? '', 'cpus', false);
  const wanted = Number(members?.maxcpus ?? members?.cpus);
  const machineOption = command.options.find(({ flag }) => flag === '-machine');
  const name = membersOf(machineOption?.value ?? '', 'type', false)?.type;
  const machine = typeof name === 'string' ? machineOf(name, qemu) : undefined;
  const listed = checkParameters(option, 'smp-opts', 'cpus', qemu);
  if (machine === undefined || !(wanted > machine.maxCpus)) return listed;
  const tooMany: Finding = {
    severity: 'missing',
    code: 'qemu.too-many-vcpus',
    key: option.origin,
    message: `${wanted} vCPUs are more than the machine ${machine.alias ?? machine.name} of QEMU ${versionText(qemu.version)} has room for: ${machine.maxCpus}`,
    hint: 'Ask for fewer, or choose a newer machine or QEMU.',
  };
  return [tooMany, ...listed];
}

/** These two are what the accelerator makes them: QEMU lists them only under one that has them. */
const alwaysThere = ['host', 'max'];

export function checkCpu(option: QemuOption, qemu: QemuCapabilities): Finding[] {
  const [model = '', ...features] = (option.value ?? '').split(',');
  const models = qemu.cpuModels.map(({ name }) => name);
  const unknownModel =
    models.length > 0 && !models.includes(model) && !alwaysThere.includes(model)
      ? [
          {
            code: 'qemu.unknown-cpu',
            what: `CPU model ${printable(model)}`,
            name: model,
            known: models,
          } as const,
        ]
      : [];
  const known = qemu.cpuProperties;
  const spellings = new Set(known?.map(fold));
  const unknownFeatures = (known === null ? [] : features.map(featureName))
    .filter((name) => name !== '' && !spellings.has(fold(name)))
    .map((name) => ({
      code: 'qemu.unknown-property' as const,
      what: `CPU feature ${printable(name)}`,
      name,
      known: known ?? [],
    }));
  return [...unknownModel, ...unknownFeatures].map((lack) => lackFinding(option, lack, qemu));
}

/** `+svm`, `-svm`, `svm=on` and `svm` are one name. */
function featureName(feature: string): string {
  return feature.replace(/^[+-]/, '').replace(/=.*$/s, '');
}

/** QEMU takes `sse4.1`, `sse4-1` and `sse4_1` for one. */
function fold(name: string): string {
  return name.replace(/[._]/g, '-').toLowerCase();
}

/** @param group the name under which `query-command-line-options` tells of the option. */
export function checkParameters(
  option: QemuOption,
  group: string,
  implied: string,
  qemu: QemuCapabilities,
): Finding[] {
  const members = membersOf(option.value ?? '', implied, false);
  if (members === undefined || Object.keys(qemu.options).length === 0) return [];
  const parameters = qemu.options[group];
  if (parameters === undefined) {
    const lack = { code: 'qemu.unknown-option', what: `option ${option.flag}`, since: option.flag } as const;
    const name = option.flag.slice(1);
    return [lackFinding(option, { ...lack, name, known: Object.keys(qemu.options) }, qemu)];
  }
  const known = Object.keys(parameters);
  return Object.keys(members)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const what = `parameter ${printable(name)} of ${option.flag}`;
      const since = `${option.flag}.${name}`;
      return lackFinding(option, { code: 'qemu.unknown-property', what, since, name, known }, qemu);
    });
}
