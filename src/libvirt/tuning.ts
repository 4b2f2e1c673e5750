/** Limits, schedulers and shares of the host that `<cputune>` asks for. Pure. libvirt's docs: formatdomain, "CPU Tuning". */
import { formatCpuList } from '../units.js';
import type { SpecDraft } from './draft.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';

const limits: Readonly<Record<string, string>> = {
  emulator_period: 'CPU time is not limited',
  emulator_quota: 'CPU time is not limited',
  iothread_period: 'CPU time is not limited',
  iothread_quota: 'CPU time is not limited',
  iothreadsched: 'the scheduler of the host stays as it is',
  emulatorsched: 'the scheduler of the host stays as it is',
  cachetune: 'ways of the cache are counted by size there, and depend on the host: see placement.cache',
};

export function convertTuning(tune: XmlNode, vcpus: number, draft: SpecDraft, notes: Notes): void {
  convertWeight(tune, draft, notes);
  convertQuota(tune, vcpus, draft, notes);
  convertScheduler(tune, vcpus, draft, notes);
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

const heaviest = 10_000;

/** Of a cgroup of version 2; the numbers of version 1 went further. */
function convertWeight(tune: XmlNode, draft: SpecDraft, notes: Notes): void {
  const node = tune.child('shares');
  const shares = node?.integerText();
  if (node === undefined || shares === undefined || shares === 0) return;
  draft.merge('limits', { cpuWeight: Math.min(shares, heaviest) }, node);
  if (shares > heaviest) notes.approximated(node, `no weight is above ${heaviest}`);
}

const defaultPeriod = 100_000;

/** Time in a period, as percent of one CPU. What is said of each vCPU is said of all of them here. */
function convertQuota(tune: XmlNode, vcpus: number, draft: SpecDraft, notes: Notes): void {
  const quota = (name: string) => {
    const node = tune.child(`${name}quota`);
    // libvirt writes -1 for no limit.
    const time = node?.text() === '-1' ? 0 : (node?.integerText() ?? 0);
    const period = tune.child(`${name}period`)?.integerText() ?? 0;
    return node && time > 0
      ? { node, percent: (time * 100) / (period > 0 ? period : defaultPeriod) }
      : undefined;
  };
  const whole = quota('global_');
  const each = quota('');
  const found = whole ?? each;
  if (found === undefined) return;
  const percent = whole === undefined ? found.percent * vcpus : found.percent;
  draft.merge('limits', { cpuQuota: Math.max(1, Math.round(percent)) }, found.node);
  if (whole === undefined)
    notes.approximated(found.node, "the vCPUs share what each may have, with QEMU's own threads");
  else if (each) notes.dropped(each.node, 'the VM is limited as a whole, and not each vCPU');
}

/** One for all vCPUs. */
function convertScheduler(tune: XmlNode, vcpus: number, draft: SpecDraft, notes: Notes): void {
  const nodes = tune.children('vcpusched');
  const [first] = nodes;
  if (first === undefined) return;
  const said = nodes.map((node) => ({
    cpus: node.cpuList('vcpus') ?? [],
    policy: node.oneOf('scheduler', ['fifo', 'rr', 'batch', 'idle']),
    priority: node.integer('priority'),
  }));
  const [{ policy, priority } = { policy: undefined, priority: undefined }] = said;
  const covered = new Set(said.flatMap(({ cpus }) => cpus));
  const same = said.every((one) => one.policy === policy && one.priority === priority);
  const all = Array.from({ length: vcpus }, (_, vcpu) => vcpu).every((vcpu) => covered.has(vcpu));
  if (policy === undefined) return;
  if (!same || !all) {
    notes.dropped(first, 'the vCPUs have one scheduler here, all of them: it stays as it is');
    return;
  }
  const realTime = policy === 'fifo' || policy === 'rr';
  const scheduler = { policy, priority: realTime ? Math.max(1, priority ?? 1) : undefined };
  draft.merge('placement', { scheduler }, first);
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
