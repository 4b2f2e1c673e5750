/** What QEMU answered over QMP, as capabilities. The answers come from a QEMU that was asked, or from a recorded session. */
import type { QemuCapabilities, QemuCpuModel, QemuMachine, QemuVersion } from '../plan/qemu-capabilities.js';
import { count, field, isObject, type JsonObject, list, named, text } from './capabilities-json.js';
import { compactSchema } from './capabilities-schema.js';

/** One command, as QMP has it. */
export interface Question {
  readonly execute: string;
  readonly arguments?: { readonly typename?: string; readonly implements?: string };
}

/** The answer to a question; undefined: QEMU refused it, or it was never asked. */
export type Answers = (question: Question) => unknown;

export const cpuType = 'max-x86_64-cpu';
export const machineType = 'generic-pc-machine';

/**
 * @param drivers those whose properties were asked.
 * @throws VmError `qemu.capabilities` for answers that are no answers of QEMU.
 */
export function capabilitiesOf(answers: Answers, drivers: readonly string[]): QemuCapabilities {
  const schema = list(answers({ execute: 'query-qmp-schema' })).filter(isObject);
  const types = typeNames(answers({ execute: 'qom-list-types' }));
  const devices = answers({ execute: 'qom-list-types', arguments: { implements: 'device' } });
  return {
    ...versionOf(answers({ execute: 'query-version' })),
    accelerators: types.filter((name) => /^(kvm|tcg|xen|hvf|nvmm|whpx)-accel$/.test(name)).map(withoutAccel),
    machines: list(answers({ execute: 'query-machines' })).map(machineOf),
    cpuModels: list(answers({ execute: 'query-cpu-definitions' })).map(cpuModelOf),
    cpuProperties: propertyNames(answers(propertiesOfType(cpuType))),
    machineProperties: propertyNames(answers(propertiesOfType(machineType))),
    commands: namesOf(schema, 'command'),
    events: namesOf(schema, 'event'),
    devices: devices === undefined ? types : typeNames(devices),
    deviceProperties: devicePropertiesOf(answers, drivers),
    schema: compactSchema(schema),
    options: optionsOf(answers({ execute: 'query-command-line-options' })),
  };
}

export function propertiesOfType(typename: string): Question {
  return { execute: 'qom-list-properties', arguments: { typename } };
}

export function propertiesOfDevice(typename: string): Question {
  return { execute: 'device-list-properties', arguments: { typename } };
}

function versionOf(answer: unknown): { version: QemuVersion; package: string } {
  const version = field(answer, 'qemu');
  return {
    version: {
      major: count(field(version, 'major')),
      minor: count(field(version, 'minor')),
      micro: count(field(version, 'micro')),
    },
    package: text(field(answer, 'package'), '').trim(),
  };
}

function machineOf(machine: unknown): QemuMachine {
  return {
    name: text(field(machine, 'name')),
    alias: text(field(machine, 'alias'), '') || null,
    deprecated: field(machine, 'deprecated') === true,
    hotpluggableCpus: field(machine, 'hotpluggable-cpus') === true,
    maxCpus: count(field(machine, 'cpu-max')),
  };
}

function cpuModelOf(model: unknown): QemuCpuModel {
  return { name: text(field(model, 'name')), deprecated: field(model, 'deprecated') === true };
}

function namesOf(schema: readonly JsonObject[], kind: 'command' | 'event'): string[] {
  return schema
    .filter((entry) => entry['meta-type'] === kind)
    .map(({ name }) => text(name))
    .sort();
}

function typeNames(answer: unknown): string[] {
  return list(answer)
    .map((type) => text(field(type, 'name')))
    .sort();
}

function withoutAccel(name: string): string {
  return name.replace(/-accel$/, '');
}

function propertyNames(answer: unknown): string[] | null {
  return answer === undefined ? null : list(answer).map((property) => text(field(property, 'name')));
}

function devicePropertiesOf(answers: Answers, drivers: readonly string[]): Record<string, string[]> {
  const result: Record<string, string[]> = {};
  for (const driver of drivers) {
    const properties = propertyNames(answers(propertiesOfDevice(driver)));
    if (properties !== null) result[driver] = properties;
  }
  return result;
}

function optionsOf(answer: unknown): Record<string, Record<string, string>> {
  const options = list(answer).map((option) => [
    text(field(option, 'option')),
    named(list(field(option, 'parameters')), 'name', 'type'),
  ]);
  return Object.fromEntries(options) as Record<string, Record<string, string>>;
}
