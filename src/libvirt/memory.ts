/** The size of the guest's memory, and what is behind it. Pure. libvirt's docs: formatdomain, "Memory Allocation" and "Memory Backing". */
import { formatBytes } from '../units.js';
import type { SpecDraft } from './draft.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';

const MIB = 1024 ** 2;

export function convertMemory(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  convertSize(domain, draft, notes);
  convertBacking(domain, draft, notes);
  convertLimits(domain, draft, notes);
}

/** Rounded up to whole MiB or pages, as libvirt does. */
export function roundedUp(bytes: number, page = MIB): number {
  return Math.max(1, Math.ceil(bytes / page)) * page;
}

function convertSize(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const memory = domain.child('memory');
  const total = memory?.sizeText() ?? 0;
  const current = domain.child('currentMemory')?.sizeText() ?? 0;
  const most = domain.child('maxMemory');
  const inCells = domain.at('cpu', 'numa')?.has('cell') ?? false;
  const size = roundedUp(initialSize(domain, total), inCells ? MIB : pageOf(domain));
  const place = memory ?? domain;
  draft.merge('memory', { size: formatBytes(size) }, place);
  if (memory?.onOff('dumpCore') === true) draft.merge('memory', { dump: true }, memory);
  if (current > 0 && roundedUp(current) < roundedUp(total))
    notes.approximated(
      domain.child('currentMemory') ?? place,
      `the guest starts with all of its memory, not with ${formatBytes(current)}: a balloon takes some while it runs`,
    );
  if (!most) return;
  const bytes = most.sizeText();
  draft.merge(
    'memory',
    {
      maxSize: bytes === undefined ? undefined : formatBytes(roundedUp(bytes)),
      slots: most.integer('slots'),
    },
    most,
  );
}

/** Without the memory modules, which libvirt counts in: what the cells have, or what the modules leave. */
function initialSize(domain: XmlNode, total: number): number {
  const cells = domain.at('cpu', 'numa')?.children('cell') ?? [];
  const inCells = cells.map((cell, index) => {
    const bytes = cell.size('memory') ?? 0;
    return bytes > 0 ? roundedUp(bytes, pageOf(domain, cell.integer('id') ?? index)) : 0;
  });
  const sum = inCells.reduce((total, bytes) => total + bytes, 0);
  if (sum > 0) return sum;
  const modules = (domain.child('devices')?.children('memory') ?? []).map((module) =>
    module.attribute('model') === 'virtio-pmem' || module.attribute('model') === 'sgx-epc'
      ? 0
      : (module.at('target', 'size')?.sizeText() ?? 0),
  );
  return modules.reduce((left, bytes) => left - bytes, total);
}

const pageSizes = { '2MiB': 2 * MIB, '1GiB': 1024 * MIB } as const;
export type HugePage = keyof typeof pageSizes | true;

/** The pages that a guest node has its memory in; -1 asks for those of the guest as a whole. */
export function hugePageOf(domain: XmlNode, node: number): HugePage | undefined {
  const huge = domain.at('memoryBacking', 'hugepages');
  if (!huge) return undefined;
  const pages = huge.children('page');
  if (pages.length === 0) return true;
  const fits = pages.find((page) => page.cpuList('nodeset')?.includes(node));
  const page = fits ?? pages.find((one) => one.attribute('nodeset') === undefined);
  const bytes = page?.size('size');
  if (bytes === pageSizes['2MiB']) return '2MiB';
  if (bytes === pageSizes['1GiB']) return '1GiB';
  return undefined;
}

/** What memory is a whole number of. */
export function pageOf(domain: XmlNode, node = -1): number {
  const page = hugePageOf(domain, node);
  return page === undefined || page === true ? MIB : pageSizes[page];
}

function convertBacking(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const backing = domain.child('memoryBacking');
  draft.merge('memory', { merge: backing?.child('nosharepages') === undefined }, backing ?? domain);
  if (!backing) return;
  const source = backing.child('source')?.oneOf('type', ['file', 'anonymous', 'memfd']);
  const access = backing.child('access')?.oneOf('mode', ['shared', 'private']);
  const page = hugePageOf(domain, 0) ?? hugePageOf(domain, -1);
  const place = backing.child('hugepages') ?? backing;
  if (page !== undefined) draft.merge('memory', { hugepages: page, allocation: 'immediate' }, place);
  if (backing.child('locked')) draft.merge('memory', { locked: true }, backing);
  if (access === 'shared') draft.merge('memory', { access }, backing);
  if (page !== undefined && source !== 'memfd') draft.merge('memory', { backing: 'file' }, place);
  else if (source === 'memfd') draft.merge('memory', { backing: 'memfd' }, backing);
  else if (source === 'file') convertFile(backing, draft, notes);
  convertAllocation(backing, draft, notes);
  reportPages(backing, domain, notes);
}

/** libvirt keeps such memory in files of its own; ours is shared without any. */
function convertFile(backing: XmlNode, draft: SpecDraft, notes: Notes): void {
  const path = '/var/lib/libvirt/qemu/ram';
  draft.merge('memory', { backing: 'file', path }, backing);
  notes.changed(backing, `the memory is in files in ${path}, as with libvirt; backing: memfd needs no disk`);
}

function convertAllocation(backing: XmlNode, draft: SpecDraft, notes: Notes): void {
  const allocation = backing.child('allocation');
  const mode = allocation?.oneOf('mode', ['immediate', 'ondemand']);
  const threads = allocation?.integer('threads', 1);
  if (allocation && mode !== undefined)
    draft.merge('memory', { allocation: mode === 'immediate' ? 'immediate' : 'onDemand' }, allocation);
  if (allocation) draft.merge('memory', { allocationThreads: threads }, allocation);
  const discard = backing.child('discard');
  if (!discard) return;
  if (draft.get('memory')?.backing === 'file') draft.merge('memory', { discard: true }, discard);
  else notes.changed(discard, 'memory that is in no file has nothing to be thrown away');
}

/** Pages of a size that an x86 host has not. */
function reportPages(backing: XmlNode, domain: XmlNode, notes: Notes): void {
  for (const page of backing.child('hugepages')?.children('page') ?? []) {
    const bytes = page.size('size');
    page.cpuList('nodeset');
    const known = bytes === pageSizes['2MiB'] || bytes === pageSizes['1GiB'];
    if (!known && bytes !== undefined && bytes > 4096)
      notes.dropped(page, `an x86 host has no pages of ${formatBytes(bytes)}`);
  }
  domain.at('memoryBacking', 'locked');
}

/** What libvirt writes for "no limit". */
const unlimitedKib = 9_007_199_254_740_988;

/** In a cgroup of version 2, as libvirt does it there. */
function convertLimits(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const tune = domain.child('memtune');
  const limit = (name: string) => {
    const node = tune?.child(name);
    if (node === undefined) return undefined;
    node.ignore('@unit');
    const bytes = Number(node.text()) >= unlimitedKib ? undefined : node.sizeText();
    return bytes === undefined || bytes === 0 ? undefined : { node, bytes };
  };
  const [hard, soft, swap] = ['hard_limit', 'soft_limit', 'swap_hard_limit'].map(limit);
  if (hard) draft.merge('limits', { memoryMax: formatBytes(hard.bytes) }, hard.node);
  if (soft) draft.merge('limits', { memoryHigh: formatBytes(soft.bytes) }, soft.node);
  if (swap && hard) {
    draft.merge('limits', { swapMax: formatBytes(Math.max(0, swap.bytes - hard.bytes)) }, swap.node);
    notes.changed(swap.node, 'said without the memory itself, which it counts with libvirt');
  } else if (swap) notes.dropped(swap.node, 'memory and swap together have no limit without hard_limit');
  const least = tune?.child('min_guarantee');
  least?.ignoreAll();
  if (least) notes.dropped(least, 'no memory is guaranteed');
}
