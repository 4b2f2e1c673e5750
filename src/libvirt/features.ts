/** `<features>`: parts of the machine that are on or off. Pure. libvirt's docs: formatdomain, "Hypervisor features". */
import type { SpecDraft } from './draft.js';
import { convertHyperv } from './hyperv.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';

export function convertFeatures(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const features = domain.child('features');
  if (!features?.child('acpi')) draft.merge('machine', { acpi: false }, features ?? domain);
  if (!features) return;
  // What every x86 machine of QEMU has.
  features.ignore('pae', 'hap', 'viridian', 'nonpae');
  const hyperv = features.child('hyperv');
  if (hyperv) convertHyperv(hyperv, draft, notes);
  const kvm = features.child('kvm');
  if (kvm) convertKvm(kvm, draft);
  convertMachineParts(features, draft, notes);
  convertCpuParts(features, draft, notes);
  for (const name of ['gic', 'hpt', 'htm', 'nested-hv', 'ccf-assist', 'cfpc', 'sbbc', 'ibs', 'ras', 'aia']) {
    const node = features.child(name);
    node?.ignoreAll();
    if (node) notes.dropped(node, 'an x86 machine does not have it');
  }
}

/** A switch that is on if nothing is said of its state. */
function stateOf(node: XmlNode | undefined): boolean | undefined {
  return node && (node.onOff('state') ?? true);
}

function convertMachineParts(features: XmlNode, draft: SpecDraft, notes: Notes): void {
  const smm = features.child('smm');
  if (smm) draft.merge('machine', { smm: stateOf(smm) }, smm);
  const tseg = smm?.child('tseg');
  if (tseg) draft.merge('machine', { tseg: sizeOf(tseg) }, tseg);
  const vmport = features.child('vmport');
  if (vmport) draft.merge('machine', { vmport: stateOf(vmport) }, vmport);
  const ioapic = features.child('ioapic');
  const driver = ioapic?.oneOf('driver', ['kvm', 'qemu']);
  if (ioapic && driver !== undefined)
    draft.merge('machine', { kernelIrqchip: driver === 'kvm' ? 'on' : 'split' }, ioapic);
  const ps2 = features.child('ps2');
  if (ps2) draft.merge('machine', { i8042: stateOf(ps2) }, ps2);
  const cache = features.child('tcg')?.child('tb-cache');
  if (cache) draft.merge('machine', { tcg: { tbCache: sizeOf(cache, 'KiB') } }, cache);
  const coreinfo = features.child('vmcoreinfo');
  if (coreinfo) draft.set('vmcoreinfo', stateOf(coreinfo) === true, coreinfo);
  const teardown = features.child('async-teardown');
  if (teardown?.yesNo('enabled') === true)
    notes.dropped(teardown, 'the memory of a VM that ends is given back at once, not in the background');
  const msrs = features.child('msrs');
  msrs?.ignoreAll();
  if (msrs) notes.dropped(msrs, "what becomes of unknown MSRs is KVM's own setting, for the whole host");
}

function sizeOf(node: XmlNode, unit = 'MiB'): string | undefined {
  const bytes = node.sizeText(unit);
  return bytes === undefined ? undefined : `${bytes}B`;
}

function convertCpuParts(features: XmlNode, draft: SpecDraft, notes: Notes): void {
  const pmu = features.child('pmu');
  if (pmu) draft.merge('cpu', { pmu: stateOf(pmu) }, pmu);
  const apic = features.child('apic');
  const eoi = apic?.onOff('eoi');
  if (apic && eoi !== undefined) draft.merge('cpu', { features: { 'kvm-pv-eoi': eoi } }, apic);
  const spinlock = features.child('pvspinlock');
  if (spinlock) draft.merge('cpu', { features: { 'kvm-pv-unhalt': stateOf(spinlock) === true } }, spinlock);
  const privnet = features.child('privnet');
  if (privnet) notes.dropped(privnet, 'is of containers');
}

function convertKvm(kvm: XmlNode, draft: SpecDraft): void {
  const state = (name: string): boolean | undefined => kvm.child(name)?.onOff('state');
  const ring = kvm.child('dirty-ring');
  const size = ring?.onOff('state') === true ? ring.integer('size') : undefined;
  ring?.ignore('@size');
  draft.merge(
    'cpu',
    {
      kvm: {
        hidden: state('hidden') === true ? true : undefined,
        hintDedicated: state('hint-dedicated') === true ? true : undefined,
        pollControl: state('poll-control') === true ? true : undefined,
        pvIpi: state('pv-ipi') === false ? false : undefined,
        dirtyRing: size,
      },
    },
    kvm,
  );
}
