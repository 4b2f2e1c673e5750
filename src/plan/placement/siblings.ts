/** Whether the siblings that the guest sees are those that the host has. Pure. */
import type { VmSpec } from '../../spec/schema.js';
import type { Finding } from '../findings.js';
import type { VcpuPlacement } from '../plan.js';
import type { Core, Machine } from './machine.js';

/** Warns where what the guest takes for siblings are none on the host, or the other way round. */
export function checkSiblings(
  vcpus: readonly VcpuPlacement[],
  threads: number,
  spec: VmSpec,
  machine: Machine,
): Finding[] {
  const coreOf = vcpus.map(({ cpu }) => (cpu === null ? undefined : machine.coreOf.get(cpu)));
  const apart = vcpus.find(({ vcpu }) => {
    const first = coreOf[vcpu - (vcpu % threads)];
    return first !== undefined && coreOf[vcpu] !== undefined && coreOf[vcpu] !== first;
  });
  if (apart !== undefined) {
    const first = apart.vcpu - (apart.vcpu % threads);
    return warn(
      `the guest takes vCPUs ${first} and ${apart.vcpu} for siblings of one core, but they run on different host cores`,
      hintApart(spec, coreOf[first]?.cpus.length ?? 1),
    );
  }
  const firstOn = new Map<Core, number>();
  for (const { vcpu } of vcpus) {
    const core = coreOf[vcpu];
    if (core === undefined) continue;
    const first = firstOn.get(core) ?? vcpu;
    firstOn.set(core, first);
    if (Math.floor(first / threads) !== Math.floor(vcpu / threads)) {
      return warn(
        `vCPUs ${first} and ${vcpu} share a host core, but the guest takes them for cores of their own: its scheduler will load them as if they were`,
        hintTogether(spec, core.cpus.length),
      );
    }
  }
  return [];
}

function warn(message: string, hint: string): Finding[] {
  return [{ severity: 'warning', code: 'host.placement', key: 'cpu.topology', message, hint }];
}

/** Only a topology by hand takes vCPUs apart for siblings. */
function hintApart({ placement }: VmSpec, hostThreads: number): string {
  const topology = `set cpu.topology to auto, or its threads to ${hostThreads}`;
  if (typeof placement.vcpus === 'string') return `${capital(topology)}.`;
  return Array.isArray(placement.vcpus)
    ? `List all CPUs of each core, or ${topology}.`
    : `Number the vCPUs core by core with siblings next to each other, or ${topology}.`;
}

function hintTogether({ cpu, placement }: VmSpec, hostThreads: number): string {
  const isAuto = cpu.topology === 'auto';
  const shown = isAuto ? '' : `, and set cpu.topology to auto or its threads to ${hostThreads}`;
  if (typeof placement.vcpus === 'string')
    return 'Set cpu.topology to auto, ask for fewer vCPUs, or stop a VM that holds CPUs.';
  if (isAuto && (cpu.maxVcpus ?? cpu.vcpus) > cpu.vcpus)
    return `Give each vCPU a core of its own, or each core ${hostThreads} vCPUs and make cpu.maxVcpus a multiple of ${hostThreads}.`;
  return Array.isArray(placement.vcpus)
    ? `List one CPU of each core, or all CPUs of each${shown}.`
    : `Give each vCPU a core of its own, or number them core by core, ${hostThreads} on each${shown}.`;
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
