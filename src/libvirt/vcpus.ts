/** vCPUs and I/O threads: how many, and where they run. Pure. libvirt's docs: formatdomain, "CPU Allocation", "IOThreads Allocation" and "CPU Tuning". */
import { formatCpuList } from '../units.js';
import type { SpecDraft } from './draft.js';
import { ioThreadIds } from './facts.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';
import { convertTuning } from './tuning.js';

/** Of the spec: no QEMU takes more. */
const mostVcpus = 4096;

export function convertVcpus(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const vcpu = domain.child('vcpu');
  const most = Math.min(Math.max(1, vcpu?.integerText() ?? 1), mostVcpus);
  const current = enabledVcpus(domain, most, notes) ?? vcpu?.integer('current', 1) ?? most;
  const place = vcpu ?? domain;
  draft.merge('cpu', { vcpus: Math.min(current, most), maxVcpus: current < most ? most : undefined }, place);
  convertTopology(domain, most, draft, notes);
  const ids = ioThreadIds(domain);
  if (ids.length > 0) draft.set('ioThreads', ids.length, domain.child('iothreads') ?? domain);
  convertPools(domain, ids, draft);
  convertPlacement(domain, Math.min(current, most), ids, draft, notes);
}

/** How many of the vCPUs that are named one by one are there at the start: the first ones, in a spec. */
function enabledVcpus(domain: XmlNode, most: number, notes: Notes): number | undefined {
  const vcpus = domain.child('vcpus');
  if (!vcpus) return undefined;
  const rows = vcpus.children('vcpu');
  const enabled = rows.map((row) => {
    row.ignore('@hotpluggable', '@order');
    return { id: row.integer('id') ?? 0, on: row.yesNo('enabled') ?? true };
  });
  const on = enabled.filter((row) => row.on && row.id < most);
  if (on.some(({ id }) => id >= on.length))
    notes.approximated(vcpus, `the first ${on.length} vCPUs are there at the start, whichever were named`);
  return on.length > 0 ? on.length : undefined;
}

function convertTopology(domain: XmlNode, most: number, draft: SpecDraft, notes: Notes): void {
  const topology = domain.at('cpu', 'topology');
  if (!topology) {
    draft.merge('cpu', { topology: { sockets: most, cores: 1, threads: 1 } }, domain.child('vcpu') ?? domain);
    return;
  }
  const count = (name: string) => topology.integer(name, 1) ?? 1;
  if (count('clusters') > 1)
    notes.approximated(
      topology,
      'an x86 machine has no clusters: they are modules, which QEMU has from 9.1 on',
    );
  const modules = count('clusters') > 1 ? count('clusters') : undefined;
  const [sockets, dies, cores, threads] = ['sockets', 'dies', 'cores', 'threads'].map(count) as [
    number,
    number,
    number,
    number,
  ];
  const product = sockets * dies * (modules ?? 1) * cores * threads;
  if (product === most) {
    draft.merge('cpu', { topology: { sockets, dies, modules, cores, threads } }, topology);
    return;
  }
  draft.merge('cpu', { topology: { sockets: most, cores: 1, threads: 1 } }, topology);
  notes.approximated(topology, `it makes ${product} vCPUs and there are ${most}: each gets a socket`);
}

/** How I/O threads poll, and how many threads wait for them; the same of the main loop. */
function convertPools(domain: XmlNode, ids: readonly number[], draft: SpecDraft): void {
  for (const node of domain.child('iothreadids')?.children('iothread') ?? []) {
    const thread = ids.indexOf(node.integer('id', 1) ?? -1);
    const poll = node.child('poll');
    const settings = {
      pollMaxNs: poll?.integer('max'),
      pollGrow: poll?.integer('grow'),
      pollShrink: poll?.integer('shrink'),
      ...poolOf(node),
    };
    if (thread !== -1 && isSaid(settings)) draft.add('ioThreadSettings', { thread, ...settings }, node);
  }
  const main = domain.child('defaultiothread');
  const pool = main && poolOf(main);
  if (main && pool && isSaid(pool)) draft.merge('mainLoop', pool, main);
}

const poolOf = (node: XmlNode) => ({
  poolMin: node.integer('thread_pool_min'),
  poolMax: node.integer('thread_pool_max'),
});

const isSaid = (values: Readonly<Record<string, number | undefined>>): boolean =>
  Object.values(values).some((value) => value !== undefined);

/** Pinning as it is; without any, nothing is pinned, as with libvirt. */
function convertPlacement(
  domain: XmlNode,
  vcpus: number,
  ids: readonly number[],
  draft: SpecDraft,
  notes: Notes,
): void {
  const vcpu = domain.child('vcpu');
  const tune = domain.child('cputune');
  const all = vcpu?.cpuList('cpuset');
  const automatic = vcpu?.oneOf('placement', ['static', 'auto']) === 'auto';
  const place = tune ?? vcpu ?? domain;
  const pins = pinsOf(tune, 'vcpupin', 'vcpu');
  const map = Object.fromEntries(
    Array.from({ length: vcpus }, (_, index) => {
      const cpus = pins.get(index) ?? all;
      return [String(index), cpus === undefined ? 'none' : formatCpuList(cpus)];
    }),
  );
  const pinned = pins.size > 0 || all !== undefined;
  for (const index of pins.keys())
    if (index >= vcpus && tune)
      notes.dropped(tune, `vCPU ${index} is not there at the start: it is not pinned`);
  const emulator = tune?.child('emulatorpin');
  const emulatorCpus = emulator?.cpuList('cpuset') ?? all;
  const ioPins = pinsOf(tune, 'iothreadpin', 'iothread');
  draft.merge(
    'placement',
    {
      vcpus: pinned ? map : automatic ? 'auto' : 'none',
      emulator: emulatorCpus === undefined ? (automatic ? 'auto' : 'none') : formatCpuList(emulatorCpus),
      ioThreads: ids.length === 0 ? undefined : ioThreadPlacement(ids, ioPins, all, automatic, place, notes),
      reserve: automatic ? undefined : 'none',
      exclusive: false,
    },
    place,
  );
  if (tune) convertTuning(tune, vcpus, draft, notes);
}

function pinsOf(tune: XmlNode | undefined, name: string, index: string): Map<number, number[]> {
  const pins = new Map<number, number[]>();
  for (const pin of tune?.children(name) ?? []) {
    const number = pin.integer(index);
    const cpus = pin.cpuList('cpuset');
    if (number !== undefined && cpus !== undefined) pins.set(number, cpus);
  }
  return pins;
}

function ioThreadPlacement(
  ids: readonly number[],
  pins: ReadonlyMap<number, number[]>,
  all: readonly number[] | undefined,
  automatic: boolean,
  place: XmlNode,
  notes: Notes,
): string | string[] {
  if (pins.size === 0) return all === undefined ? (automatic ? 'auto' : 'none') : formatCpuList(all);
  const everywhere = all ?? [...new Set([...pins.values()].flat())];
  const free = ids.filter((id) => !pins.has(id));
  if (free.length > 0 && all === undefined)
    notes.approximated(
      place,
      `I/O threads ${free.join(', ')} are not pinned: they share the CPUs of the others`,
    );
  return ids.map((id) => formatCpuList(pins.get(id) ?? everywhere));
}
