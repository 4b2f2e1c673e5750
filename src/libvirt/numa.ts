/** Guest NUMA nodes, and the nodes of the host behind them. Pure. libvirt's docs: formatdomain, "NUMA Node Tuning" and "Guest NUMA topology". */
import { formatBytes, formatCpuList, parseCpuList } from '../units.js';
import type { SpecDocument, SpecDraft } from './draft.js';
import { cachesOf, pathsOf } from './hmat.js';
import { hugePageOf, pageOf, roundedUp } from './memory.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';

type Row = Extract<NonNullable<SpecDocument['numa']>, readonly unknown[]>[number];

interface Tuning {
  readonly hostNodes: string | undefined;
  readonly policy: NonNullable<Row['policy']>;
}

const policies = {
  strict: 'bind',
  preferred: 'preferred',
  interleave: 'interleave',
  restrictive: 'restrictive',
} as const;

export function convertNuma(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const tune = domain.child('numatune');
  const memory = tune?.child('memory');
  const whole = memory && readTuning(memory, notes);
  const cells = domain.at('cpu', 'numa')?.children('cell') ?? [];
  const numbered = cells
    .map((cell, index) => ({ cell, id: cell.integer('id') ?? index }))
    .sort((a, b) => a.id - b.id);
  const nodes = new Map(
    (tune?.children('memnode') ?? []).map((node) => [node.integer('cellid'), readTuning(node, notes)]),
  );
  const numa = domain.at('cpu', 'numa');
  if (!numa || numbered.length === 0) {
    if (memory && whole?.hostNodes !== undefined)
      draft.merge('memory', { hostNodes: whole.hostNodes, policy: whole.policy }, memory);
    draft.set('numa', 'none', domain);
    return;
  }
  const paths = pathsOf(numa.child('interconnects'));
  const rows = numbered.map(({ cell, id }) => ({
    ...readCell(cell, id, nodes.get(id) ?? whole, domain),
    ...(paths.has(id) ? { paths: paths.get(id) } : {}),
  }));
  for (const from of paths.keys())
    if (!rows[from]) notes.dropped(numa, `there is no cell ${from} for its latencies to begin at`);
  giveOthers(rows, domain, numa, notes);
  draft.set('numa', rows, numa);
}

function readTuning(node: XmlNode, notes: Notes): Tuning {
  const mode = node.oneOf('mode', ['strict', 'preferred', 'interleave', 'restrictive']) ?? 'strict';
  const nodes = node.cpuList('nodeset');
  if (node.oneOf('placement', ['static', 'auto']) === 'auto' && nodes === undefined)
    notes.approximated(node, 'the memory comes from the nodes of the vCPUs');
  return { hostNodes: nodes && formatCpuList(nodes), policy: policies[mode] };
}

function readCell(cell: XmlNode, id: number, tuning: Tuning | undefined, domain: XmlNode): Row {
  const cpus = cell.cpuList('cpus');
  const bytes = cell.size('memory');
  const page = hugePageOf(domain, id);
  const whole = hugePageOf(domain, 0) ?? hugePageOf(domain, -1);
  const access = cell.oneOf('memAccess', ['shared', 'private']);
  const distances = (cell.child('distances')?.children('sibling') ?? []).flatMap((sibling) => {
    const [node, value] = [sibling.integer('id'), sibling.integer('value')];
    return node === undefined || value === undefined || node === id ? [] : [[String(node), value] as const];
  });
  const caches = cachesOf(cell);
  return {
    ...(caches.length === 0 ? {} : { caches }),
    ...(cpus === undefined ? {} : { cpus: formatCpuList(cpus) }),
    ...(bytes === undefined || bytes === 0
      ? {}
      : { memory: formatBytes(roundedUp(bytes, pageOf(domain, id))) }),
    ...(tuning?.hostNodes === undefined ? {} : { hostNodes: tuning.hostNodes, policy: tuning.policy }),
    ...(distances.length === 0 ? {} : { distances: Object.fromEntries(distances) }),
    ...(page === whole ? {} : { hugepages: page ?? false }),
    ...(access === undefined ? {} : { access }),
    ...(cell.yesNo('discard') === true ? { discard: true } : {}),
  };
}

/** vCPUs that no cell names are on the first node, as with libvirt; those that are not there are on none. */
function giveOthers(rows: Row[], domain: XmlNode, numa: XmlNode, notes: Notes): void {
  const most = Math.min(domain.child('vcpu')?.integerText() ?? 1, 4096);
  const named = rows.map(({ cpus }) => parseCpuList(String(cpus ?? '')) ?? []);
  const taken = new Set(named.flat());
  if ([...taken].some((cpu) => cpu >= most))
    notes.approximated(numa, `vCPUs beyond the ${most} of the domain are left out of its nodes`);
  const free = Array.from({ length: most }, (_, cpu) => cpu).filter((cpu) => !taken.has(cpu));
  for (const [index, row] of rows.entries()) {
    const own = named[index]?.filter((cpu) => cpu < most) ?? [];
    const cpus = index === 0 ? [...own, ...free] : own;
    if (cpus.length > 0) row.cpus = formatCpuList(cpus);
    else delete row.cpus;
  }
}
