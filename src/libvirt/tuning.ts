/** Limits, schedulers and shares of the host that `<cputune>` asks for. Pure. libvirt's docs: formatdomain, "CPU Tuning". */
import { formatCpuList } from '../units.js';
import type { SpecDraft } from './draft.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';

const limits: Readonly<Record<string, string>> = {
  shares: 'the weight of the VM among others is not set',
  period: 'CPU time is not limited',
  quota: 'CPU time is not limited',
  global_period: 'CPU time is not limited',
  global_quota: 'CPU time is not limited',
  emulator_period: 'CPU time is not limited',
  emulator_quota: 'CPU time is not limited',
  iothread_period: 'CPU time is not limited',
  iothread_quota: 'CPU time is not limited',
  vcpusched: 'the scheduler of the host stays as it is',
  iothreadsched: 'the scheduler of the host stays as it is',
  emulatorsched: 'the scheduler of the host stays as it is',
  cachetune: 'ways of the cache are counted by size there, and depend on the host: see placement.cache',
};

export function convertTuning(tune: XmlNode, draft: SpecDraft, notes: Notes): void {
  for (const share of tune.children('memorytune')) convertBandwidth(share, draft, notes);
  for (const [name, reason] of Object.entries(limits)) {
    for (const node of tune.children(name)) {
      const unlimited = /quota$/.test(name) && node.text() === '-1';
      const meaningless = /period$/.test(name) && !tune.has(name.replace('period', 'quota'));
      node.ignoreAll();
      if (!unlimited && !meaningless) notes.dropped(node, reason);
    }
  }
}

/** Percent for each L3 cache of the host; here it is one number for all of them. */
function convertBandwidth(share: XmlNode, draft: SpecDraft, notes: Notes): void {
  const vcpus = share.cpuList('vcpus');
  const percents = share.children('node').flatMap((node) => {
    node.ignore('@id');
    return node.integer('bandwidth', 1) ?? [];
  });
  const [percent] = percents;
  if (vcpus === undefined || percent === undefined) return;
  const cache = [{ vcpus: formatCpuList(vcpus), memoryBandwidth: Math.max(...percents) }];
  draft.merge('placement', { cache }, share);
  notes.approximated(share, 'the memory bandwidth is the same at every cache of the host');
}
