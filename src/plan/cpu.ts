/** The guest's processor: model and features. Pure. QEMU's docs: system/i386/cpu, target/i386/cpu.c for the properties. */
import type { VmSpec } from '../spec/schema.js';
import type { HostFacts } from './facts.js';
import type { PlanNotes } from './findings.js';
import { hypervFeatures } from './hyperv.js';
import type { CpuPlan, CpuTopology } from './plan.js';

interface CpuInput extends PlanNotes {
  readonly spec: VmSpec;
  readonly host: HostFacts;
  readonly accelerator: 'kvm' | 'tcg';
  readonly topology: CpuTopology;
}

export function planCpu(input: CpuInput): CpuPlan {
  const { cpu } = input.spec;
  reportCount(input);
  reportHyperv(input);
  return {
    model: planModel(input),
    features: planFeatures(input),
    vcpus: cpu.vcpus,
    maxVcpus: cpu.maxVcpus ?? cpu.vcpus,
    topology: input.topology,
  };
}

/** Beyond it, APIC ids need x2APIC and interrupt remapping (Intel 64 manual, volume 3, 11.12). */
const maxWithoutRemapping = 255;

function reportCount({ spec, find }: CpuInput): void {
  const count = spec.cpu.maxVcpus ?? spec.cpu.vcpus;
  if (count <= maxWithoutRemapping) return;
  find({
    severity: 'warning',
    code: 'spec.cpu',
    key: spec.cpu.maxVcpus === undefined ? 'cpu.vcpus' : 'cpu.maxVcpus',
    message: `a guest can use at most ${maxWithoutRemapping} vCPUs without interrupt remapping, and QEMU may refuse ${count}`,
    hint: `Say ${maxWithoutRemapping} or fewer.`,
  });
}

function reportHyperv({ spec, accelerator, find }: CpuInput): void {
  const { hyperv } = spec.cpu;
  if (accelerator === 'kvm' || typeof hyperv === 'boolean' || hyperv.vpindex !== true) return;
  find({
    severity: 'missing',
    code: 'spec.hyperv',
    key: 'cpu.hyperv.vpindex',
    message: 'the numbers of vCPUs are for KVM to tell, and this VM is emulated',
    hint: 'Say accelerator: kvm, or take vpindex out.',
  });
}

function planModel({ spec, accelerator, decide }: CpuInput): string {
  const { model } = spec.cpu;
  if (model !== 'host' || accelerator === 'kvm') return model;
  decide({
    key: 'cpu.model',
    value: 'max',
    reason: "tcg cannot show the host's CPU; max is everything that it can emulate",
  });
  return 'max';
}

/** A feature that the spec names itself wins over the one that we would have added: QEMU warns of both. */
function planFeatures(input: CpuInput): string[] {
  const { cpu } = input.spec;
  const ours: [string, string][] = [
    ['l3-cache', `l3-cache=${cpu.l3Cache ? 'on' : 'off'}`],
    ...nestedFeatures(input),
    ...topoext(input),
    ...plainFeatures(input.spec),
    ...kvmFeatures(input.spec),
    ...hypervFeatures(input.spec, input.accelerator),
  ];
  const named = Object.entries(cpu.features)
    .sort(byName)
    .map(([name, value]) => `${name}=${featureText(name, value, input.host)}`);
  return [...ours.filter(([name]) => !(name in cpu.features)).map(([, text]) => text), ...named];
}

/** A wish becomes on or off here; any other value is the feature's own. */
function featureText(name: string, value: boolean | string, { cpuFlags }: HostFacts): string {
  switch (value) {
    case true:
    case 'require':
    case 'force':
      return 'on';
    case false:
    case 'disable':
    case 'forbid':
      return 'off';
    case 'optional':
      // The kernel writes flags with underscores.
      return cpuFlags?.includes(name.replaceAll('-', '_')) ? 'on' : 'off';
    default:
      return value;
  }
}

/** What the spec says of the CPU beside its cache and features; what it does not say is left to QEMU. */
function plainFeatures({ cpu, clock }: VmSpec): [string, string][] {
  return [
    ...feature('host-cache-info', cpu.hostCacheInfo),
    ...feature('migratable', cpu.migratable),
    ...feature('check', cpu.check === 'none' ? false : undefined),
    ...feature('enforce', cpu.check === 'enforce' ? true : undefined),
    ...feature('vendor', cpu.vendor),
    // QEMU takes the host's number for the model `host`, whatever phys-bits says.
    ...feature('host-phys-bits', cpu.physBits === undefined ? undefined : cpu.physBits === 'host'),
    ...feature('host-phys-bits-limit', cpu.physBitsLimit),
    ...feature('phys-bits', cpu.physBits === 'host' ? undefined : cpu.physBits),
    ...feature('pmu', cpu.pmu),
    ...feature('kvmclock', clock.kvmclock),
    ...feature('tsc-frequency', clock.tscFrequency),
  ];
}

function kvmFeatures({ cpu: { kvm } }: VmSpec): [string, string][] {
  return [
    ...feature('kvm', kvm.hidden ? false : undefined),
    ...feature('kvm-poll-control', kvm.pollControl),
    ...feature('kvm-pv-ipi', kvm.pvIpi),
    ...feature('kvm-hint-dedicated', kvm.hintDedicated),
  ];
}

function feature(name: string, value: boolean | number | string | undefined): [string, string][] {
  if (value === undefined) return [];
  return [[name, `${name}=${typeof value === 'boolean' ? (value ? 'on' : 'off') : value}`]];
}

/** The order of keys in a spec means nothing, here neither. */
function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** vmx on Intel, svm on AMD; tcg emulates svm whatever the host. */
function nestedFeatures(input: CpuInput): [string, string][] {
  const { nested } = input.spec.cpu;
  if (nested === 'model') return [];
  const flag = nestedFlag(input);
  if (nested === false) {
    const flags = flag === null ? ['vmx', 'svm'] : [flag];
    return [...flags.map((name): [string, string] => [name, `-${name}`]), ...emulatedLeaves(input)];
  }
  if (nested === true && flag === null) {
    input.find({
      severity: 'warning',
      code: 'spec.cpu',
      key: 'cpu.nested',
      message: 'neither vmx nor svm can be asked for: this host is no Intel and no AMD',
      hint: 'Name the feature in cpu.features.',
    });
  }
  if (nested === true) return flag === null ? [] : [[flag, `+${flag}`]];
  const offered =
    flag !== null && (input.accelerator === 'tcg' || (input.host.cpuFlags?.includes(flag) ?? false));
  input.decide({
    key: 'cpu.nested',
    value: offered ? `+${flag}` : 'off',
    reason: offered
      ? input.accelerator === 'tcg'
        ? 'tcg emulates svm'
        : `this host's CPU has ${flag}`
      : `this host's CPU ${input.host.cpuFlags === null ? 'is not known' : `does not have ${flag ?? 'vmx or svm'}`}`,
  });
  return offered ? [[flag, `+${flag}`]] : [];
}

/** Without svm tcg's own models end their CPUID leaves before it, and programs of Linux guests abort as they look at caches (measured). */
function emulatedLeaves({ accelerator, spec }: CpuInput): [string, string][] {
  return accelerator === 'tcg' && ['host', 'max'].includes(spec.cpu.model)
    ? [['xlevel', 'xlevel=0x8000000a']]
    : [];
}

function nestedFlag({ accelerator, host }: CpuInput): 'vmx' | 'svm' | null {
  if (accelerator === 'tcg') return 'svm';
  if (host.vendor === 'intel') return 'vmx';
  return host.vendor === 'amd' ? 'svm' : null;
}

/** Without it an AMD guest does not see that two of its CPUs are one core, and QEMU warns. */
function topoext({ accelerator, host, topology, spec, decide }: CpuInput): [string, string][] {
  if (
    accelerator !== 'kvm' ||
    host.vendor !== 'amd' ||
    topology.threads < 2 ||
    !['host', 'max'].includes(spec.cpu.model)
  )
    return [];
  decide({ key: 'cpu.features', value: '+topoext', reason: 'an AMD guest sees siblings only with it' });
  return [['topoext', '+topoext']];
}
