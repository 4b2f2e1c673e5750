/** `<memory>` devices. Pure. libvirt's docs: formatdomain, "Memory devices". */
import { formatBytes } from '../../units.js';
import type { SpecDocument, SpecDraft } from '../draft.js';
import { type HugePage, hugePageOf } from '../memory.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';

type Module = NonNullable<NonNullable<SpecDocument['memory']>['modules']>[number];

export function convertMemoryModules(
  domain: XmlNode,
  devices: XmlNode,
  draft: SpecDraft,
  notes: Notes,
): void {
  for (const node of devices.children('memory')) {
    const module = moduleOf(domain, node, notes);
    if (module) draft.merge('memory', { modules: [module] }, node);
  }
}

const MIB = 1024 ** 2;

/** libvirt makes each a whole number of 2 MiB, or of its own pages. */
const stepOf = (page: HugePage | undefined): number => (page === '1GiB' ? 1024 : 2) * MIB;

/** @param step what it is rounded up to a multiple of. */
const size = (node: XmlNode | undefined, step = 1): string | undefined => {
  const bytes = node?.sizeText();
  return bytes === undefined ? undefined : formatBytes(Math.ceil(bytes / step) * step);
};

function moduleOf(domain: XmlNode, node: XmlNode, notes: Notes): Module | undefined {
  const model = node.attribute('model') ?? '';
  node.ignore('alias');
  const target = node.child('target');
  target?.ignore('current');
  const source = node.child('source');
  const guestNode = target?.child('node')?.integerText();
  const page = hugepages(source?.child('pagesize'), notes) ?? hugePageOf(domain, guestNode ?? 0);
  const bytes = size(target?.child('size'), stepOf(page));
  if (bytes === undefined) {
    notes.dropped(node, 'a memory module without a size');
    return undefined;
  }
  const common = {
    size: bytes,
    node: guestNode,
    access: node.oneOf('access', ['shared', 'private']),
    hostNodes: hostNodes(source?.child('nodemask')),
    address: addressOf(node, target),
  };
  const path = source?.child('path')?.text();
  switch (model) {
    case 'dimm':
    case 'virtio-mem':
      return {
        ...common,
        type: model,
        hugepages: page,
        // libvirt takes a file of the mounted hugetlbfs, unless the domain asks for memfd.
        backing: page === undefined || usesMemfd(domain) ? undefined : 'file',
        path,
        // libvirt fills huge pages at the start, those of virtio-mem too.
        allocation:
          model === 'dimm' ? allocationOf(domain) : page === undefined ? undefined : ('immediate' as const),
        discard: node.yesNo('discard'),
        ...(model === 'virtio-mem'
          ? {
              block: size(target?.child('block')),
              requested: size(target?.child('requested')),
              dynamicSlots: target?.yesNo('dynamicMemslots'),
            }
          : {}),
      };
    case 'nvdimm': {
      if (path === undefined) break;
      const pmem = source?.child('pmem') !== undefined;
      return {
        ...common,
        type: 'nvdimm',
        path,
        // libvirt fills the file at the start, but for real persistent memory, which is there.
        allocation: pmem ? allocationOf(domain) : 'immediate',
        readOnly: target?.child('readonly') === undefined ? undefined : true,
        label: size(target?.at('label', 'size')),
        pmem: pmem ? true : undefined,
        align: size(source?.child('alignsize')),
        uuid: node.child('uuid')?.text(),
      };
    }
    case 'virtio-pmem':
      if (path === undefined) break;
      node.ignore('@access');
      return { ...common, access: 'shared', type: 'virtio-pmem', path };
  }
  notes.dropped(node, `vm has no memory of model ${model}`);
  node.ignoreAll();
  return undefined;
}

/** Where the guest finds it: of virtio's a part of the target, of others the address of the device, beside the slot. */
function addressOf(node: XmlNode, target: XmlNode | undefined): number | undefined {
  const address = node.child('address');
  const own = address?.attribute('type') === 'dimm' ? address.integer('base') : undefined;
  if (own === undefined) address?.ignoreAll();
  else address?.ignore('@slot');
  return target?.child('address')?.integer('base') ?? own;
}

/** What the domain says of all its memory holds for modules too, but for virtio-mem, which takes what is requested of it. */
const allocationOf = (domain: XmlNode): 'immediate' | undefined =>
  domain.at('memoryBacking', 'allocation')?.attribute('mode') === 'immediate' ? 'immediate' : undefined;

const usesMemfd = (domain: XmlNode): boolean =>
  domain.at('memoryBacking', 'source')?.attribute('type') === 'memfd';

function hostNodes(node: XmlNode | undefined): string | undefined {
  return node?.cpuList()?.join(',');
}

function hugepages(node: XmlNode | undefined, notes: Notes): HugePage | undefined {
  const bytes = node?.sizeText();
  if (node === undefined || bytes === undefined || bytes === 4096) return undefined;
  const known = ({ [2 * 1024 ** 2]: '2MiB', [1024 ** 3]: '1GiB' } as const)[bytes];
  if (known === undefined) notes.dropped(node, `an x86 host has no pages of ${formatBytes(bytes)}`);
  return known;
}
