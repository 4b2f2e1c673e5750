/** Hyper-V enlightenments of a domain. Pure. libvirt's docs: formatdomain, "Hypervisor features". */
import type { SpecDraft } from './draft.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';

/** libvirt's names, ours on the right. */
const switches = {
  relaxed: 'relaxed',
  vapic: 'vapic',
  vpindex: 'vpindex',
  runtime: 'runtime',
  synic: 'synic',
  stimer: 'stimer',
  reset: 'reset',
  frequencies: 'frequencies',
  reenlightenment: 'reenlightenment',
  tlbflush: 'tlbflush',
  ipi: 'ipi',
  evmcs: 'evmcs',
  avic: 'avic',
  emsr_bitmap: 'emsrBitmap',
  xmm_input: 'xmmInput',
} as const;

export function convertHyperv(hyperv: XmlNode, draft: SpecDraft, notes: Notes): void {
  const mode = hyperv.oneOf('mode', ['custom', 'passthrough', 'host-model']) ?? 'custom';
  if (mode !== 'custom') draft.merge('cpu', { hyperv: { passthrough: true } }, hyperv);
  if (mode === 'host-model')
    notes.approximated(hyperv, 'everything that the host has is taken, as with passthrough');
  for (const [name, key] of Object.entries(switches)) {
    const node = hyperv.child(name);
    if (node?.onOff('state') === true) draft.merge('cpu', { hyperv: { [key]: true } }, node);
  }
  convertParts(hyperv, draft);
}

/** Those with more to say than on and off. */
function convertParts(hyperv: XmlNode, draft: SpecDraft): void {
  const add = (node: XmlNode | undefined, key: string) => {
    if (node?.onOff('state') === true) draft.merge('cpu', { hyperv: { [key]: true } }, node);
  };
  add(hyperv.at('stimer', 'direct'), 'stimerDirect');
  add(hyperv.at('tlbflush', 'direct'), 'tlbflushDirect');
  add(hyperv.at('tlbflush', 'extended'), 'tlbflushExt');
  const spinlocks = hyperv.child('spinlocks');
  const retries = spinlocks?.integer('retries');
  if (spinlocks?.onOff('state') === true)
    draft.merge('cpu', { hyperv: { spinlocks: retries ?? true } }, spinlocks);
  const vendor = hyperv.child('vendor_id');
  const id = vendor?.attribute('value');
  if (vendor?.onOff('state') === true) draft.merge('cpu', { hyperv: { vendorId: id } }, vendor);
}
