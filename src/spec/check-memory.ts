/** Checks of `memory`. Pure. QEMU's docs: qemu-options, memory-backend-*. */
import { formatBytes } from '../units.js';
import type { KeyIssue } from './error.js';
import { memorySharers } from './memory-sharers.js';
import type { VmSpec } from './schema.js';

const MIB = 1024 ** 2;
const pageBytes = { '2MiB': 2 * MIB, '1GiB': 1024 * MIB } as const;

export function checkMemory({ memory, numa }: Pick<VmSpec, 'memory' | 'numa'>): KeyIssue[] {
  const inPieces = Array.isArray(numa);
  return [
    ...(inPieces ? [] : wholePages(memory.size, memory.hugepages, 'memory.size')),
    ...checkBacking(memory),
  ];
}

/** Another process that must see the guest's memory must see all of it. */
export function checkSharing(spec: VmSpec): KeyIssue[] {
  const [first] = memorySharers(spec);
  if (first === undefined) return [];
  const { memory, numa } = spec;
  const rows = Array.isArray(numa) ? numa : [];
  const wrong = [
    ...(memory.access === 'private' ? ['memory.access'] : []),
    ...(memory.backing === 'anonymous' && memory.access === 'auto' ? ['memory.backing'] : []),
    ...rows.flatMap((row, index) => (row.access === 'private' ? [`numa[${index}].access`] : [])),
    ...memory.modules.flatMap((module, index) =>
      module.access === 'private' ? [`memory.modules[${index}].access`] : [],
    ),
  ];
  return wrong.map((key) => ({
    key,
    message: `${first.who} (${first.key}) must see this memory, and private memory is QEMU's alone`,
    hint: 'remove it: memory is shared where something needs it',
  }));
}

/** Memory is a whole number of huge pages, or of MiB. */
export function wholePages(size: number, hugepages: VmSpec['memory']['hugepages'], key: string): KeyIssue[] {
  const page = typeof hugepages === 'boolean' ? MIB : pageBytes[hugepages];
  if (size >= page && size % page === 0) return [];
  const next = formatBytes(Math.max(1, Math.ceil(size / page)) * page);
  if (typeof hugepages !== 'boolean') {
    const pagesKey = key === 'memory.size' ? 'memory.hugepages' : key.replace(/[^.]*$/, 'hugepages');
    return [
      {
        key,
        message: `${formatBytes(size)} is no whole number of ${hugepages} pages`,
        hint: `write ${next}, or change ${pagesKey}`,
      },
    ];
  }
  return [{ key, message: `${formatBytes(size)} is no whole number of MiB`, hint: `write ${next}` }];
}

function checkBacking({ backing, path, hugepages, access, discard }: VmSpec['memory']): KeyIssue[] {
  const issues: KeyIssue[] = [];
  if (backing === 'file' && path === undefined && hugepages === false) {
    issues.push({
      key: 'memory.path',
      message: 'is missing: backing: file needs a file or folder',
      hint: 'write path: …',
    });
  }
  if (backing !== 'file' && path !== undefined) {
    issues.push({
      key: 'memory.path',
      message: 'is for backing: file only',
      hint: 'write backing: file, or remove path',
    });
  }
  if (backing === 'file' && path !== undefined && hugepages !== false) {
    issues.push({
      key: 'memory.hugepages',
      message: 'a file has the pages of its file system: a folder of a hugetlbfs has huge ones',
      hint: 'remove it, or the path: with backing: file and hugepages alone, the hugetlbfs of the host is taken',
    });
  }
  if (backing === 'anonymous' && hugepages !== false) {
    issues.push({
      key: 'memory.backing',
      message: 'anonymous memory has no huge pages',
      hint: 'write memfd or auto, or hugepages: false',
    });
  }
  if (backing === 'anonymous' && access === 'shared') {
    issues.push({
      key: 'memory.backing',
      message: 'anonymous memory cannot be shared',
      hint: 'write memfd or auto, or access: private',
    });
  }
  if (discard && backing !== 'file') {
    issues.push({
      key: 'memory.discard',
      message: 'is for backing: file only: other memory ends with QEMU',
      hint: 'remove it',
    });
  }
  return issues;
}
