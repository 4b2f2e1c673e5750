/** Plans without a machine: a described host, files that are as told, a QEMU on which KVM works. */
import type { FileFacts, HostFacts, QemuFacts } from '../../src/plan/facts.js';
import type { PlanInput } from '../../src/plan/input.js';
import type { PlacementPlan, VcpuPlacement, VmPlan } from '../../src/plan/plan.js';
import { planVm } from '../../src/plan/plan-vm.js';
import { type LoadedSpec, loadSpec } from '../../src/spec/load.js';
import { notesMachine } from './hosts.js';

export interface World {
  readonly host?: HostFacts;
  readonly files?: Readonly<Record<string, FileFacts>>;
  readonly qemu?: QemuFacts;
  readonly claims?: PlanInput['claims'];
  readonly cgroups?: PlanInput['cgroups'];
  readonly interrupts?: PlanInput['interrupts'];
  readonly systemd?: PlanInput['systemd'];
}

export const kvmWorks: QemuFacts = {
  binary: '/usr/bin/qemu-system-x86_64',
  found: true,
  kvm: { works: true, reason: 'KVM starts here' },
  capabilities: null,
};

export const imageFile: FileFacts = {
  kind: 'file',
  readable: true,
  writable: true,
  bytes: 1024 ** 3,
  direct: true,
  format: null,
};

/** A spec as it would be loaded from /specs/NAME.yaml. */
export function load(text: string, name = 'worker'): LoadedSpec {
  return loadSpec({ file: `/specs/${name}.yaml`, folder: '/specs', text });
}

export function plan(text: string, world: World = {}): VmPlan {
  return planVm({
    spec: load(text).spec,
    host: world.host ?? notesMachine(),
    files: new Map(Object.entries(world.files ?? {})),
    qemu: world.qemu ?? kvmWorks,
    claims: world.claims ?? [],
    cgroups: world.cgroups ?? null,
    interrupts: world.interrupts ?? null,
    systemd: world.systemd ?? null,
    roots: { runtime: '/run/vm', state: '/var/lib/vm' },
  });
}

/** Of vCPUs alone: everything else is left to the kernel. */
export function placementOf(vcpus: readonly VcpuPlacement[]): PlacementPlan {
  return {
    vcpus,
    emulator: [],
    ioThreads: [],
    vhost: [],
    housekeeping: [],
    exclusiveCpus: [],
    scheduler: null,
    relaxed: [],
    reasons: [],
  };
}
