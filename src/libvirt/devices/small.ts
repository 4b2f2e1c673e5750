/** Devices that a domain has one of, or few: entropy, balloon, watchdog, panic, vsock. Pure. libvirt's docs: formatdomain, "Devices". */
import { formatBytes } from '../../units.js';
import type { SpecDocument, SpecDraft } from '../draft.js';
import type { DomainFacts } from '../facts.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { backend } from './chardev.js';
import { virtioKeys } from './virtio.js';

type Rng = Extract<NonNullable<SpecDocument['rng']>, readonly unknown[]>[number];

export function convertRng(devices: XmlNode, draft: SpecDraft, notes: Notes): void {
  const nodes = devices.children('rng');
  const rngs = nodes.map((node): Rng => {
    node.ignore('address', 'alias');
    const rate = node.child('rate');
    const bytes = rate?.integer('bytes', 1);
    const period = rate?.integer('period', 1);
    return {
      ...rngBackend(node.child('backend'), notes),
      limit: bytes === undefined ? undefined : { bytes: formatBytes(bytes), period: `${period ?? 1000}ms` },
      ...virtioKeys(node, node.attribute('model')),
    };
  });
  const [only] = rngs;
  if (only === undefined) draft.set('rng', false, devices);
  else draft.set('rng', rngs.length === 1 ? only : rngs, nodes[0] ?? devices);
}

function rngBackend(node: XmlNode | undefined, notes: Notes): Rng {
  const model = node?.attribute('model');
  if (node === undefined || model === 'builtin') return { backend: 'builtin' };
  if (model !== 'egd') {
    const source = node.text();
    // libvirt's default.
    return { source: source === '' ? '/dev/random' : source };
  }
  const daemon = backend(node, notes);
  if (daemon !== undefined) return { backend: 'egd', daemon };
  notes.approximated(node, "the kernel's entropy is given in place of this daemon's");
  return {};
}

/** Ciphers of the host. */
export function convertCrypto(devices: XmlNode, draft: SpecDraft, notes: Notes): void {
  for (const node of devices.children('crypto')) {
    node.ignore('address', 'alias');
    const type = node.attribute('type') ?? 'qemu';
    const backend = node.child('backend');
    const model = backend?.oneOf('model', ['builtin', 'lkcf']);
    if ((node.attribute('model') ?? 'virtio') !== 'virtio' || type !== 'qemu' || model === undefined) {
      notes.dropped(node, 'vm has no such cipher device');
      continue;
    }
    const queues = backend?.integer('queues', 1) ?? 1;
    if (queues > 1) notes.dropped(node, `QEMU computes in one queue, not in ${queues}`);
    draft.add('crypto', { backend: model, ...virtioKeys(node) }, node);
  }
}

/** Where a crashing guest writes its last words. */
export function convertPstore(devices: XmlNode, draft: SpecDraft, notes: Notes): void {
  const node = devices.child('pstore');
  if (node === undefined) return;
  node.ignore('address', 'alias');
  const path = node.child('path')?.text();
  const bytes = node.child('size')?.sizeText();
  if (node.attribute('backend') !== 'acpi-erst') {
    notes.dropped(node, 'ACPI ERST is the only storage of last words');
    return;
  }
  draft.set('pstore', { path, size: bytes === undefined ? undefined : formatBytes(bytes) }, node);
}

/** A domain that says nothing of it has a balloon. */
export function convertBalloon(devices: XmlNode, draft: SpecDraft): void {
  const node = devices.child('memballoon');
  const model = node?.attribute('model') ?? 'virtio';
  node?.ignore('address', 'alias');
  if (model === 'none') {
    draft.set('balloon', false, node ?? devices);
    return;
  }
  const period = node?.child('stats')?.integer('period');
  const keys = {
    deflateOnOom: node?.onOff('autodeflate'),
    freePageReporting: node?.onOff('freePageReporting'),
    statistics: period === undefined || period === 0 ? undefined : `${period}s`,
    ...(node === undefined ? {} : virtioKeys(node, model)),
  };
  const said = Object.values(keys).some((value) => value !== undefined);
  draft.set('balloon', said ? keys : true, node ?? devices);
}

type Watchdog = Exclude<NonNullable<SpecDocument['watchdog']>, boolean>;
type WatchdogModel = Extract<NonNullable<Watchdog['model']>, readonly unknown[]>[number];

/** On q35 libvirt lets the chipset's own watchdog act, whether the domain names it or not. */
export function convertWatchdog(
  devices: XmlNode,
  draft: SpecDraft,
  notes: Notes,
  { machine }: DomainFacts,
): void {
  const nodes = devices.children('watchdog');
  const models: WatchdogModel[] = [];
  for (const node of nodes) {
    node.ignore('address', 'alias');
    const model = node.oneOf('model', ['itco', 'i6300esb', 'ib700']);
    if (model !== undefined) models.push(model);
  }
  if (machine === 'q35' && !models.includes('itco')) models.push('itco');
  if (models.length === 0) return;
  const [first] = nodes;
  const action = first?.oneOf('action', [
    'reset',
    'shutdown',
    'poweroff',
    'pause',
    'dump',
    'none',
    'inject-nmi',
  ]);
  if (first && action === 'dump')
    notes.approximated(first, 'the VM is paused, and no dump of its memory is written');
  draft.set(
    'watchdog',
    {
      model: models.length === 1 ? models[0] : models,
      action: action === 'dump' ? 'pause' : action,
    },
    first ?? devices,
  );
}

export function convertPanic(devices: XmlNode, draft: SpecDraft, notes: Notes): void {
  for (const node of devices.children('panic')) {
    node.ignore('alias');
    const model = node.attribute('model') ?? 'isa';
    const address = node.child('address');
    const isa = address?.attribute('type') === 'isa';
    if (!isa) address?.ignoreAll();
    const ioPort = isa && model === 'isa' ? address.integer('iobase', 1) : undefined;
    if (model === 'hyperv') draft.merge('cpu', { hyperv: { crash: true } }, node);
    else if (model === 'isa' || model === 'pvpanic')
      draft.set('panic', panicOf(model === 'isa' ? 'isa' : 'pci', ioPort), node);
    else notes.dropped(node, `a PC has no panic device ${model}`);
  }
}

const panicOf = (model: 'isa' | 'pci', ioPort: number | undefined) =>
  ioPort === undefined ? model : { model, ioPort };

export function convertVsock(devices: XmlNode, draft: SpecDraft): void {
  const node = devices.child('vsock');
  if (node === undefined) return;
  node.ignore('address', 'alias');
  const cid = node.child('cid');
  const address = cid?.integer('address', 3);
  const auto = cid?.yesNo('auto') === true || address === undefined;
  draft.set('vsock', { cid: auto ? 'auto' : address, ...virtioKeys(node, node.attribute('model')) }, node);
}
