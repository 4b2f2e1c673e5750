/** Checks of `memory.modules` and the room for them. Pure. */
import { formatBytes } from '../units.js';
import { wholePages } from './check-memory.js';
import type { KeyIssue } from './error.js';
import type { MemoryModuleSpec } from './memory-modules.js';
import type { VmSpec } from './schema.js';

export function checkMemoryModules({ memory }: VmSpec): KeyIssue[] {
  const { modules } = memory;
  const issues = modules.flatMap((module, index) => checkModule(module, `memory.modules[${index}]`, memory));
  return [...issues, ...checkRoom(memory)];
}

function checkModule(module: MemoryModuleSpec, key: string, { locked }: VmSpec['memory']): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const pages = 'hugepages' in module ? module.hugepages : false;
  issues.push(...wholePages(module.size, pages, `${key}.size`));
  if ('hugepages' in module && module.hugepages !== false && module.path !== undefined) {
    issues.push({
      key: `${key}.path`,
      message: 'a file and huge pages exclude each other: the file decides of its pages',
      hint: 'remove one of the two; a folder of a hugetlbfs goes without hugepages',
    });
  }
  if ('discard' in module && module.discard && module.path === undefined) {
    issues.push({
      key: `${key}.discard`,
      message: 'is for memory in a file',
      hint: 'give it a path, or remove discard',
    });
  }
  if (
    module.type === 'nvdimm' &&
    module.label !== undefined &&
    (module.label < 128 * 1024 || module.label >= module.size)
  ) {
    issues.push({
      key: `${key}.label`,
      message: `${formatBytes(module.label)} is no label area: it has 128KiB or more, and less than the module`,
      hint: 'write 128KiB',
    });
  }
  return module.type === 'virtio-mem' ? [...issues, ...checkGrowing(module, key, locked)] : issues;
}

function checkGrowing(
  { size, requested = 0, block }: Extract<MemoryModuleSpec, { type: 'virtio-mem' }>,
  key: string,
  locked: VmSpec['memory']['locked'],
): KeyIssue[] {
  const issues: KeyIssue[] = [];
  if (requested > size) {
    issues.push({
      key: `${key}.requested`,
      message: `${formatBytes(requested)} is more than its size, ${formatBytes(size)}`,
      hint: 'lower it, or raise size',
    });
  }
  if (block !== undefined && (!Number.isInteger(Math.log2(block)) || block < 1024 ** 2)) {
    issues.push({
      key: `${key}.block`,
      message: `${formatBytes(block)} is no block: it is a power of two, 1MiB or more`,
      hint: 'write 2MiB',
    });
  } else if (block !== undefined && (size % block !== 0 || requested % block !== 0)) {
    issues.push({
      key: `${key}.block`,
      message: `size and requested are no whole numbers of blocks of ${formatBytes(block)}`,
      hint: 'make them so',
    });
  }
  if (locked === true) {
    issues.push({
      key: 'memory.locked',
      message: 'locked memory can not be given back, which virtio-mem is for',
      hint: 'write locked: false, or take a dimm',
    });
  }
  return issues;
}

function checkRoom({ size, maxSize, slots, modules }: VmSpec['memory']): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const wanted = modules.reduce((sum, module) => sum + module.size, size);
  if (maxSize !== undefined && maxSize < wanted) {
    issues.push({
      key: 'memory.maxSize',
      message: `${formatBytes(maxSize)} is less than size and modules together, ${formatBytes(wanted)}`,
      hint: `write ${formatBytes(wanted)} or more, or remove it`,
    });
  }
  if (maxSize !== undefined) issues.push(...wholePages(maxSize, false, 'memory.maxSize'));
  const dimms = modules.filter(({ type }) => type === 'dimm' || type === 'nvdimm').length;
  if (slots !== undefined && slots < dimms) {
    issues.push({
      key: 'memory.slots',
      message: `${slots} slots for ${dimms} modules`,
      hint: `write ${dimms} or more, or remove it`,
    });
  }
  if (slots !== undefined && slots > 0 && maxSize === undefined && modules.length === 0) {
    issues.push({
      key: 'memory.slots',
      message: 'has no room: nothing says how much memory may be plugged',
      hint: 'write maxSize',
    });
  }
  return issues;
}
