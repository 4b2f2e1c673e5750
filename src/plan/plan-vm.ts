/** Spec, host, QEMU and claims in; every decision out. Pure: the same input gives the same plan. */
import { createHash } from 'node:crypto';
import type { DeviceContext } from '../devices/context.js';
import { planDevices } from '../devices/registry.js';
import type { VmSpec } from '../spec/schema.js';
import { formatCpuList } from '../units.js';
import { planBoot } from './boot.js';
import { planCpu } from './cpu.js';
import type { Decision, Finding, PlanNotes } from './findings.js';
import type { PlanInput } from './input.js';
import { planMemory } from './memory.js';
import { vmPaths } from './paths.js';
import { PciAllocator } from './pci.js';
import { planPlacement } from './placement/placement.js';
import type { VmPlan } from './plan.js';
import type { TapPlan } from './tap.js';

/**
 * Makes every decision about a VM. What this host lacks is a finding of the plan, not an error: a plan can be made for a machine
 * that is not here.
 * @throws VmError `spec.*` for what no host could give.
 */
export function planVm(input: PlanInput): VmPlan {
  const { spec, host, files, qemu } = input;
  const decisions: Decision[] = [];
  const findings: Finding[] = [];
  const notes: PlanNotes = {
    decide: (decision) => void decisions.push(decision),
    find: (finding) => void findings.push(finding),
  };
  const paths = vmPaths(input.roots, spec.name);
  reportQemu(input, notes.find);
  const accelerator = planAccelerator(input, notes);
  const smtVisible = accelerator === 'kvm' || tcgShowsSiblings(spec);
  const placed = planPlacement({ spec, host, claims: input.claims, smtVisible });
  decisions.push(...placed.decisions);
  findings.push(...placed.findings);
  const { placement, topology } = placed;
  const pci = new PciAllocator(!/^pc(-i440fx|$)/.test(spec.machine.type));
  const ioThreads = Array.from({ length: spec.ioThreads }, (_, index) => `iothread${index}`);
  const context: DeviceContext = {
    vmName: spec.name,
    host,
    files,
    paths,
    vcpus: spec.cpu.vcpus,
    ioThreads,
    bootIndex: bootIndexes(spec),
    pciSlot: (id) => pci.take(id),
    ...notes,
  };
  const devices = planDevices(spec, context);
  reportIdleThreads(ioThreads, devices, notes.find);
  return {
    name: spec.name,
    uuid: stableUuid(spec.name),
    paths,
    qemuBinary: qemu.binary,
    machineType: spec.machine.type,
    accelerator,
    cpu: planCpu({ spec, host, accelerator, topology, ...notes }),
    memory: planMemory({ spec, host, placement, files, ...notes }),
    boot: planBoot({ spec, host, files, paths, ...notes }),
    placement,
    ioThreads,
    rootPorts: pci.rootPorts,
    devices,
    taps: devices.map(tapToMake).filter((tap) => tap !== null),
    sandbox: spec.qemu.sandbox,
    extraArgs: spec.qemu.extraArgs,
    shutdownTimeout: spec.lifecycle.shutdownTimeout,
    decisions,
    findings,
  };
}

function tapToMake(device: VmPlan['devices'][number]): TapPlan | null {
  return device.kind === 'network' && device.backend.type === 'tap' ? device.backend.make : null;
}

/** A thread that nothing uses is a slip: it was meant for a disk. */
function reportIdleThreads(
  ioThreads: readonly string[],
  devices: VmPlan['devices'],
  find: (finding: Finding) => void,
): void {
  const used = new Set(devices.map((device) => (device.kind === 'disk' ? device.ioThread : null)));
  const idle = ioThreads.flatMap((id, index) => (used.has(id) ? [] : [index]));
  if (idle.length === 0) return;
  find({
    severity: 'warning',
    code: 'spec.io-threads',
    key: 'ioThreads',
    message: `no disk is served by I/O thread ${formatCpuList(idle)}`,
    hint: `Say ioThread: ${idle[0]} in a disk, or lower ioThreads.`,
  });
}

function reportQemu({ qemu }: PlanInput, find: (finding: Finding) => void): void {
  if (qemu.found) return;
  find({
    severity: 'missing',
    code: 'qemu.not-found',
    key: 'qemu.binary',
    message: `there is no ${qemu.binary} that this user can run`,
    hint: 'Install QEMU (Debian: apt-get install qemu-system-x86), or name one in qemu.binary.',
  });
}

function planAccelerator({ spec, qemu }: PlanInput, { decide, find }: PlanNotes): 'kvm' | 'tcg' {
  const wanted = spec.machine.accelerator;
  if (wanted === 'kvm' && qemu.kvm?.works === false) {
    find({
      severity: 'missing',
      code: 'host.kvm',
      key: 'machine.accelerator',
      message: `KVM can't be used: ${qemu.kvm.reason}`,
      hint: 'Switch virtualisation on in the firmware and load kvm_intel or kvm_amd, join the group kvm, or say accelerator: tcg.',
    });
  }
  if (wanted !== 'auto') return wanted;
  const accelerator = qemu.kvm === null || qemu.kvm.works ? 'kvm' : 'tcg';
  if (qemu.kvm?.works === false) {
    find({
      severity: 'warning',
      code: 'host.kvm',
      key: 'machine.accelerator',
      message: `tcg, which emulates and is many times slower: ${qemu.kvm.reason}`,
      hint: 'Say accelerator: tcg if that is what you want.',
    });
  }
  decide({
    key: 'machine.accelerator',
    value: accelerator,
    reason: qemu.kvm?.reason ?? 'taken as given: this is not the running machine',
  });
  return accelerator;
}

/** tcg's own models are AMD's, and lack the leaf by which AMD guests know siblings (topoext). */
function tcgShowsSiblings({ cpu }: VmSpec): boolean {
  return cpu.features.vendor === 'GenuineIntel' || !['host', 'max'].includes(cpu.model);
}

/** From 1: kinds in the order of `boot.order`, devices of a kind in the order of the spec. */
function bootIndexes({ boot, disks, networks }: VmSpec): DeviceContext['bootIndex'] {
  const counts = { disk: disks.length, net: networks.length };
  const next = new Map<'disk' | 'net', number>();
  let index = 1;
  for (const kind of new Set(boot.order)) {
    next.set(kind, index);
    index += counts[kind];
  }
  return (kind) => {
    const own = next.get(kind);
    if (own !== undefined) next.set(kind, own + 1);
    return own;
  };
}

/** Stays as long as the name does, so that a guest that keys itself to it is not confused (RFC 9562, version 8). */
function stableUuid(name: string): string {
  const bytes = createHash('sha256').update(`vm\0${name}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
