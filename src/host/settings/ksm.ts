/** Kernel same-page merging (Documentation/admin-guide/mm/ksm). */
import { wholeNumber } from '../parse.js';
import { absence, readValue, unreadable, valueChange } from './reading.js';
import { defineSetting } from './setting.js';

const words: Readonly<Record<string, string>> = { '0': 'off', '1': 'on', '2': 'off, unmerged' };

const path = '/sys/kernel/mm/ksm/run';

export const ksm = defineSetting({
  id: 'memory.ksm',
  group: 'Memory',
  what: 'merging of pages that are the same in several VMs',
  why: 'By the time that a write to a merged page takes, a guest can tell what another one has in memory; and the search takes a CPU.',
  reads: `${path}, pages_sharing`,
  wants: '0 and nothing merged',
  applied: '0 is written, or 2 where pages are merged: that takes them apart, and needs the memory for it',
  kept: 'tmpfiles.d',
  risk: 'memory that was shared is taken again: VMs may no longer fit',
  source: 'the notes; Linux: Documentation/admin-guide/mm/ksm',
  read: ({ root }) => ({
    run: readValue(root, path),
    merged: wholeNumber(root.text('/sys/kernel/mm/ksm/pages_sharing')) ?? 0,
  }),
  judge({ run, merged }) {
    if (run.state === 'unreadable') return unreadable(run);
    if (run.state === 'absent') return { status: 'ok', found: absence(run, 'not in this kernel') };
    const wanted = merged > 0 ? '2' : '0';
    const right = run.value !== '1' && merged === 0;
    const word = words[run.value] ?? run.value;
    return {
      status: right ? 'ok' : 'fail',
      found: merged > 0 ? `${word}, ${merged} pages are shared` : word,
      wanted: 'off',
      ...(right ? {} : { advice: 'vm host tune --only memory.ksm' }),
      changes: right ? [] : valueChange(run, wanted),
      keep: [{ file: 'tmpfiles', lines: [`w- ${path} - - - - 0`] }],
    };
  },
});
