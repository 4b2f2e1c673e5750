/** Whether QEMU gives the guest the processor that was asked for. Pure. */
import type { VmSpec } from '../../spec/schema.js';
import type { VmPlan } from '../plan.js';
import { type Check, judged, skipped } from './check.js';
import type { RunningVm } from './running.js';

/** Those that QEMU leaves out with a warning where the host lacks them. */
const always = ['l3-cache', 'vmx', 'svm'];

/** Features that are on or off, of those that the spec names, and of those that count for every VM. */
export function promisedFeatures(
  features: readonly string[],
  { cpu }: VmSpec,
): [name: string, on: boolean][] {
  return features.flatMap((feature): [string, boolean][] => {
    const [, sign, name = '', value] = /^([+-]?)([^=]+)(?:=(.*))?$/.exec(feature) ?? [];
    const on = sign === '+' || value === 'on';
    if (!on && sign !== '-' && value !== 'off') return [];
    return always.includes(name) || name in cpu.features ? [[name, on]] : [];
  });
}

export function judgeCpu(
  spec: VmSpec,
  { accelerator, cpu }: Pick<VmPlan, 'accelerator' | 'cpu'>,
  running: RunningVm,
): Check[] {
  const word = (on: boolean) => (on ? 'on' : 'off');
  return [
    judged(
      'accelerator',
      `the guest runs under ${accelerator}`,
      running.accelerator === accelerator,
      `QEMU says ${running.accelerator}`,
      `See why: vm logs ${spec.name} --qemu.`,
    ),
    ...promisedFeatures(cpu.features, spec).map(([name, on]) => {
      const id = `cpu.${name}`;
      const promise = `the CPU feature ${name} is ${word(on)}`;
      const has = running.cpuProperties.get(name) ?? null;
      if (has === null) return skipped(id, promise, 'QEMU has no property of that name');
      return judged(
        id,
        promise,
        has === on,
        `QEMU has it ${word(has)}`,
        on ? `This host or its accelerator lacks it; see: vm logs ${spec.name} --qemu.` : null,
      );
    }),
  ];
}
