/** `<cpu>`: model, features and topology. Pure. libvirt's docs: formatdomain, "CPU model and topology". */
import type { SpecDraft } from './draft.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';

/** What libvirt gives a guest whose domain names no model: the default of the emulator, whatever the guest's word size. */
const defaultModel = 'qemu64';

export function convertCpu(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const cpu = domain.child('cpu');
  const type = domain.at('os', 'type');
  const arch = type?.attribute('arch') ?? 'x86_64';
  if (type && arch === 'i686') notes.changed(type, 'a 32-bit guest runs on the 64-bit machine');
  convertModel(cpu, cpu ?? domain, draft, notes);
  if (!cpu) return;
  if (cpu.oneOf('check', ['none', 'partial', 'full']) === 'full')
    draft.merge('cpu', { check: 'enforce' }, cpu);
  cpu.ignore('@match', '@mode', '@migratable');
  for (const feature of cpu.children('feature')) convertFeature(feature, draft, notes);
  const vendor = cpu.child('vendor');
  vendor?.text();
  if (vendor) notes.dropped(vendor, "the host's CPU may be of any vendor");
  convertCache(cpu, draft, notes);
  convertAddresses(cpu, draft);
}

function convertModel(cpu: XmlNode | undefined, place: XmlNode, draft: SpecDraft, notes: Notes): void {
  const model = cpu?.child('model');
  const mode = cpu?.oneOf('mode', ['custom', 'host-model', 'host-passthrough', 'maximum']) ?? 'custom';
  model?.ignore('@fallback');
  const vendor = model?.attribute('vendor_id');
  if (model && vendor !== undefined) draft.merge('cpu', { vendor }, model);
  const named = model?.text() ?? '';
  switch (mode) {
    case 'host-passthrough': {
      // libvirt asks for what can be migrated unless told otherwise, as QEMU does.
      const migratable = cpu?.onOff('migratable');
      draft.merge('cpu', { model: 'host', migratable: migratable ?? true, nested: 'model' }, place);
      break;
    }
    case 'maximum':
      draft.merge('cpu', { model: 'max', migratable: cpu?.onOff('migratable'), nested: 'model' }, place);
      break;
    case 'host-model':
      draft.merge('cpu', { model: 'host', migratable: true, nested: 'model' }, place);
      notes.approximated(
        place,
        "the host's own CPU, less what can't be migrated: libvirt takes the named model that is nearest",
      );
      break;
    case 'custom':
      draft.merge('cpu', { model: named === '' ? defaultModel : named, nested: 'model' }, model ?? place);
      if (cpu?.attribute('match') === 'minimum')
        notes.approximated(cpu, 'features of the host beyond the model are not added');
  }
}

/** Names of libvirt's CPU map where QEMU has another. */
const renamed: Readonly<Record<string, string>> = { pclmuldq: 'pclmulqdq' };
/** Of the host alone, or a mirror of what the guest itself has set: QEMU knows no such feature. */
const notForGuests = ['cmt', 'mbm_total', 'mbm_local', 'osxsave', 'ospke'];

function convertFeature(feature: XmlNode, draft: SpecDraft, notes: Notes): void {
  const written = feature.attribute('name') ?? '';
  const policy = feature.oneOf('policy', ['force', 'require', 'optional', 'disable', 'forbid']) ?? 'require';
  const name = (renamed[written] ?? written).replaceAll('_', '-');
  if (notForGuests.includes(written)) {
    notes.changed(feature, `${written} is left out: QEMU gives it to no guest, or by itself`);
    return;
  }
  if (name === '') {
    notes.dropped(feature, 'it has no name');
    return;
  }
  const values = { force: true, require: true, optional: 'optional', disable: false, forbid: false } as const;
  draft.merge('cpu', { features: { [name]: values[policy] } }, feature);
}

function convertCache(cpu: XmlNode, draft: SpecDraft, notes: Notes): void {
  const cache = cpu.child('cache');
  if (!cache) return;
  const mode = cache.oneOf('mode', ['emulate', 'passthrough', 'disable']);
  const level = cache.integer('level');
  if (mode === 'passthrough') draft.merge('cpu', { hostCacheInfo: true, l3Cache: false }, cache);
  else if (mode === 'emulate' && (level ?? 3) === 3)
    draft.merge('cpu', { l3Cache: true, hostCacheInfo: false }, cache);
  else if (mode === 'disable') draft.merge('cpu', { l3Cache: false, hostCacheInfo: false }, cache);
  else notes.dropped(cache, `a cache of level ${level ?? 3} is not emulated alone`);
}

function convertAddresses(cpu: XmlNode, draft: SpecDraft): void {
  const size = cpu.child('maxphysaddr');
  if (!size) return;
  const mode = size.oneOf('mode', ['emulate', 'passthrough']);
  const bits = size.integer('bits');
  const limit = size.integer('limit');
  if (mode === 'passthrough') draft.merge('cpu', { physBits: 'host', physBitsLimit: limit }, size);
  else if (bits !== undefined) draft.merge('cpu', { physBits: bits }, size);
  else draft.merge('cpu', { features: { 'host-phys-bits': false } }, size);
}
