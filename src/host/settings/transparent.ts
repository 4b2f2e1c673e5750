/** Transparent huge pages (Documentation/admin-guide/mm/transhuge). QEMU asks for them by madvise on the guest's memory. */
import { absence, type Reading, readValue, unreadable, valueChange } from './reading.js';
import { defineSetting, type Setting, type Verdict } from './setting.js';

const folder = '/sys/kernel/mm/transparent_hugepage';
const source = 'Linux: Documentation/admin-guide/mm/transhuge';

function judge(reading: Reading, right: readonly string[], to: string, id: string): Verdict {
  if (reading.state === 'unreadable') return unreadable(reading);
  if (reading.state === 'absent') return { status: 'note', found: absence(reading, 'not in this kernel') };
  const isRight = right.includes(reading.value);
  return {
    status: isRight ? 'ok' : 'warn',
    found: reading.value,
    wanted: right.join(' or '),
    ...(isRight ? {} : { advice: `vm host tune --only ${id}` }),
    changes: isRight ? [] : valueChange(reading, to),
    keep: [{ file: 'tmpfiles', lines: [`w- ${reading.path} - - - - ${isRight ? reading.value : to}`] }],
  };
}

const enabled = defineSetting({
  id: 'memory.transparent',
  group: 'Memory',
  what: 'transparent huge pages',
  why: 'Memory that is not from the pools gets huge pages too where this is not never: fewer steps to translate an address.',
  reads: `${folder}/enabled`,
  wants: '`madvise` or `always`',
  applied: '`madvise` is written where it is never',
  kept: 'tmpfiles.d',
  risk: 'none for others with madvise: only who asks gets them',
  source,
  read: ({ root }) => readValue(root, `${folder}/enabled`),
  judge: (reading) => judge(reading, ['madvise', 'always'], 'madvise', 'memory.transparent'),
});

const defrag = defineSetting({
  id: 'memory.transparent-defrag',
  group: 'Memory',
  what: 'whether a page fault waits until memory is compacted',
  why: 'With always every program stalls in faults; with never or defer the guest starts on small pages.',
  reads: `${folder}/defrag`,
  wants: '`madvise` or `defer+madvise`: who asks waits, nobody else',
  applied: '`madvise` is written',
  kept: 'tmpfiles.d',
  risk: 'starting a VM takes longer on fragmented memory',
  source,
  read: ({ root }) => readValue(root, `${folder}/defrag`),
  judge: (reading) => judge(reading, ['madvise', 'defer+madvise'], 'madvise', 'memory.transparent-defrag'),
});

const khugepaged = defineSetting({
  id: 'memory.transparent-khugepaged',
  group: 'Memory',
  what: 'whether khugepaged compacts memory in the background',
  why: 'It makes huge pages of what could only get small ones at first.',
  reads: `${folder}/khugepaged/defrag`,
  wants: '1',
  applied: '1 is written',
  kept: 'tmpfiles.d',
  risk: 'khugepaged takes a little of a CPU that belongs to no VM',
  source,
  read: ({ root }) => readValue(root, `${folder}/khugepaged/defrag`),
  judge: (reading) => judge(reading, ['1'], '1', 'memory.transparent-khugepaged'),
});

export const transparentSettings: readonly Setting[] = [enabled, defrag, khugepaged];
