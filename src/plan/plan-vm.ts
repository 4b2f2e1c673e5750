/** Spec, host, QEMU and claims in; every decision out. Pure: the same input gives the same plan. */
import { createHash } from 'node:crypto';
import { planSeed } from '../devices/cloud-init.js';
import type { DeviceContext } from '../devices/context.js';
import { interfacesToMake } from '../devices/network.js';
import { planDevices } from '../devices/registry.js';
import { usbAllocator } from '../devices/usb.js';
import { chipsetOf } from '../spec/machine-type.js';
import type { VmSpec } from '../spec/schema.js';
import { slotWishes } from '../spec/slots.js';
import { formatCpuList } from '../units.js';
import { planBoot } from './boot.js';
import { bootIndexes } from './boot-order.js';
import { planCacheGroups } from './cache/groups.js';
import { planLimits } from './cgroup/limits.js';
import { planPartition } from './cgroup/partition.js';
import { planCpu } from './cpu.js';
import type { Decision, Finding, PlanNotes } from './findings.js';
import type { PlanInput } from './input.js';
import { planInterrupts } from './interrupts.js';
import { planLoops } from './io-threads.js';
import { planIommu, virtioProperties } from './iommu.js';
import { planMachine } from './machine.js';
import { planMemory } from './memory.js';
import { vmPaths } from './paths.js';
import { PciAllocator } from './pci.js';
import { planPlacement } from './placement/placement.js';
import type { VmPlan } from './plan.js';
import { profileDecisions } from './profile.js';
import { qemuFeatures } from './qemu-features.js';
import type { SideProcessPlan } from './side-process.js';

/**
 * Makes every decision about a VM. What this host lacks is a finding of the plan, not an error: a plan can be made for a machine
 * that is not here.
 * @throws VmError `spec.*` for what no host could give.
 */
export function planVm(input: PlanInput): VmPlan {
  const { spec, host, files, qemu } = input;
  const decisions: Decision[] = profileDecisions(input.profile);
  const findings: Finding[] = [];
  const notes: PlanNotes = {
    decide: (decision) => void decisions.push(decision),
    find: (finding) => void findings.push(finding),
  };
  const paths = vmPaths(input.roots, spec.name);
  const features = qemuFeatures(qemu.capabilities);
  reportQemu(input, notes.find);
  const accelerator = planAccelerator(input, notes);
  const smtVisible = siblingsVisible(spec, accelerator);
  const placed = planPlacement({ spec, host, claims: input.claims, files, smtVisible });
  decisions.push(...placed.decisions);
  findings.push(...placed.findings);
  const { placement, topology } = placed;
  const uuid = spec.uuid ?? stableUuid(spec.name);
  const chipset = chipsetOf(spec.machine.type);
  const pci = new PciAllocator(chipset, notes.decide, slotWishes(spec));
  const virtio = virtioProperties(spec);
  const ioThreads = Array.from({ length: spec.ioThreads }, (_, index) => `iothread${index}`);
  const context: DeviceContext = {
    vmName: spec.name,
    sandbox: spec.qemu.sandbox,
    host,
    claims: input.claims,
    usb: usbAllocator(spec),
    files,
    paths,
    qemu: features,
    vcpus: spec.cpu.vcpus,
    ioThreads,
    bootIndex: bootIndexes(spec),
    pciSlot: (id, kind) => pci.take(id, kind),
    virtio,
    chipset,
    ...notes,
  };
  const devices = planDevices(spec, context);
  reportIdleThreads(ioThreads, devices, notes.find);
  const memory = planMemory({
    spec,
    host,
    claims: input.claims,
    placement,
    qemu: features,
    pciSlot: (id) => pci.take(id),
    virtio,
    files,
    ...notes,
  });
  const boot = planBoot({ spec, host, files, paths, ...notes });
  const secureBoot = boot.firmware.type === 'uefi' && boot.firmware.secure;
  return {
    name: spec.name,
    uuid,
    paths,
    qemuBinary: qemu.binary,
    qemuVersion: versionOf(qemu.capabilities),
    machineType: spec.machine.type,
    accelerator,
    machine: planMachine({ spec, accelerator, qemu: features, secureBoot, ...notes }),
    iommu: planIommu({
      spec,
      qemu: features,
      accelerator,
      passesDevices: spec.hostDevices.length > 0,
      ...notes,
    }),
    cpu: planCpu({ spec, host, accelerator, topology, ...notes }),
    memory,
    boot,
    placement,
    cacheGroups: planCacheGroups(input, placement, notes),
    partition: planPartition(input, placement, notes),
    limits: planLimits(input, memory.confinedTo, notes),
    interrupts: planInterrupts(input, placement, devices.flatMap(passedPciDevice), notes),
    ioThreads,
    loops: planLoops(spec),
    rootPorts: pci.rootPorts(spec.machine.sparePorts),
    pciBridges: pci.bridges(),
    devices,
    ...interfacesToMake(devices),
    sideProcesses: devices.map(sideProcessOf).filter((side) => side !== null),
    seed: planSeed(spec.cloudInit, { name: spec.name, uuid, paths, files, ...notes }),
    sandbox: planSandbox(spec, devices, notes),
    extraArgs: spec.qemu.extraArgs,
    shutdownTimeout: spec.lifecycle.shutdownTimeout,
    decisions,
    findings,
  };
}

/** It forbids new processes, and takes the rights of setuid programs away: QEMU's bridge helper is both. */
function planSandbox({ qemu }: VmSpec, devices: VmPlan['devices'], { decide }: PlanNotes): boolean {
  if (qemu.sandbox !== 'auto') return qemu.sandbox;
  const [helped] = devices.flatMap((device) =>
    device.kind === 'network' && device.backend.type === 'bridgeHelper' ? [device.origin] : [],
  );
  if (helped === undefined) return true;
  decide({
    key: 'qemu.sandbox',
    value: 'off',
    reason: `${helped} needs QEMU's bridge helper, which has no rights under it; a tap that root made for this user needs none`,
  });
  return false;
}

function passedPciDevice(device: VmPlan['devices'][number]): string[] {
  return device.kind === 'hostDevice' && 'pci' in device.source ? [device.source.pci] : [];
}

function sideProcessOf(device: VmPlan['devices'][number]): SideProcessPlan | null {
  return 'sideProcess' in device ? device.sideProcess : null;
}

function versionOf(capabilities: PlanInput['qemu']['capabilities']): string | null {
  if (capabilities === null) return null;
  const { major, minor, micro } = capabilities.version;
  return `${major}.${minor}.${micro}`;
}

function ioThreadsOf(device: VmPlan['devices'][number]): (string | null)[] {
  if (!('ioThread' in device)) return [];
  return [device.ioThread, ...(device.ioThreads ?? []).map(({ iothread }) => iothread)];
}

/** A thread that nothing uses is a slip: it was meant for a disk. */
function reportIdleThreads(
  ioThreads: readonly string[],
  devices: VmPlan['devices'],
  find: (finding: Finding) => void,
): void {
  const used = new Set(devices.flatMap(ioThreadsOf));
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
  if (qemu.capabilitiesError !== undefined) {
    find({
      severity: 'warning',
      code: 'qemu.capabilities',
      key: 'qemu.binary',
      message: `${qemu.capabilitiesError}; planned as for QEMU 7.2, unchecked`,
    });
  }
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
export function siblingsVisible({ cpu }: VmSpec, accelerator: VmPlan['accelerator']): boolean {
  if (accelerator === 'kvm') return true;
  return cpu.features.vendor === 'GenuineIntel' || !['host', 'max'].includes(cpu.model);
}

/** Stays as long as the name does, so that a guest that keys itself to it is not confused (RFC 9562, version 8). */
function stableUuid(name: string): string {
  const bytes = createHash('sha256').update(`vm\0${name}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
