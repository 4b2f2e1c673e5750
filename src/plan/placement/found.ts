/** What the cores that were found are, and what was given up for them, in words. Pure. */
import type { Found, Guest } from './attempts.js';
import type { Anchor } from './locality.js';
import { groupBy, type Machine } from './machine.js';
import type { Reserve } from './reserve.js';
import { counted, cpusInWords, firstCoreInWords, holdersInWords, nodesInWords } from './words.js';

interface Description {
  readonly relaxed: readonly string[];
  readonly reasons: readonly string[];
}

export function describeFound(found: Found, guest: Guest, machine: Machine, reserve: Reserve): Description {
  const { attempt } = found;
  return {
    relaxed: [
      ...spreadInWords(found, guest, machine),
      ...awayInWords(found, guest),
      ...shortagesInWords(found, guest, machine),
      ...(attempt.reserveKept
        ? []
        : [firstCoreInWords(reserve.cpus, 'without it there are not enough whole free cores')]),
      ...neighboursInWords(found, machine, attempt.reserveKept ? reserve.cpus : []),
      ...packingInWords(found, guest, machine),
    ],
    reasons: [placeInWords(found, guest), ...nearInWords(found, guest), ...kindsInWords(found, machine)],
  };
}

function spreadInWords(
  { selection, attempt }: Found,
  { vcpus, room: memory }: Guest,
  machine: Machine,
): string[] {
  const { nodes, l3Domains } = selection;
  const cores = sharesCores(attempt) ? 'free CPUs' : 'whole free cores';
  const room = `alone has room for ${counted(vcpus, 'vCPU')} on ${cores}`;
  const isTight = machine.cores.some(({ node }) => memory !== null && memory.vcpusOn(node) < vcpus);
  const withMemory = attempt.roomy && isTight ? ' with enough memory' : '';
  const domain = selection.cores.some((core) => core.knowsL3) ? 'L3 domain' : 'die';
  const spread: string[] = [];
  if (l3Domains > 1) {
    spread.push(`the vCPUs are spread over ${l3Domains} ${domain}s: no ${domain} ${room}`);
  }
  if (nodes.length > 1)
    spread.push(`the vCPUs are spread over ${nodesInWords(nodes)}: no node ${room}${withMemory}`);
  return spread;
}

/** What the VM belongs to, where it is there. */
function nearInWords({ selection: { nodes, away } }: Found, { locality: { anchors } }: Guest): string[] {
  const near = anchors.filter(({ node }) => nodes.includes(node));
  return away > 0 || near.length === 0 ? [] : [`${anchorsInWords(near)}: the vCPUs are there`];
}

function awayInWords(
  { selection: { nodes, away } }: Found,
  { locality: { anchors }, vcpus }: Guest,
): string[] {
  if (away === 0 || anchors.length === 0) return [];
  return [
    `the vCPUs are on ${nodesInWords(nodes)}, away from ${anchorsInWords(anchors)}: there is no room for ${counted(vcpus, 'vCPU')} there`,
  ];
}

/** `hostDevices[0] and disks[1] on node 1` */
function anchorsInWords(anchors: readonly Anchor[]): string {
  return [...groupBy(anchors, ({ node }) => node)]
    .map(([node, on]) => `${[...new Set(on.map(({ key }) => key))].join(' and ')} on node ${node}`)
    .join(', ');
}

function shortagesInWords({ cpus }: Found, { room }: Guest, machine: Machine): string[] {
  const nodes = cpus.map((cpu) => ({ node: machine.facts.get(cpu)?.node ?? null }));
  const shortages = room?.shortages(nodes) ?? [];
  return shortages.length === 0 ? [] : [`memory comes from other nodes too: ${shortages.join(', ')}`];
}

/** Who has the other CPUs of the cores. */
function neighboursInWords({ cpus }: Found, machine: Machine, kept: readonly number[]): string[] {
  const cores = new Set(cpus.map((cpu) => machine.coreOf.get(cpu)));
  const siblings = [...cores].flatMap((core) => core?.cpus ?? []).sort((a, b) => a - b);
  const held = holdersInWords(siblings, machine.holderOf);
  const reserved = siblings.filter((cpu) => kept.includes(cpu));
  return [
    ...(held.length > 0 ? [`vCPUs share cores with other VMs: ${held.join(', ')}`] : []),
    ...(reserved.length > 0
      ? [
          `vCPUs share cores with the host: ${cpusInWords(reserved)} ${reserved.length === 1 ? 'is' : 'are'} reserved`,
        ]
      : []),
  ];
}

/** vCPUs share cores, and mostly the guest can't be shown which: there are not as many on each, or hot-plug or the spec forbids it. */
function packingInWords(
  { attempt, cpus }: Found,
  { vcpus, maxVcpus, threads }: Guest,
  machine: Machine,
): string[] {
  if (attempt.fill !== 'packed' && attempt.fill !== 'squeezed') return [];
  const sizes = [...groupBy(cpus, (cpu) => machine.coreOf.get(cpu)).values()].map(
    (members) => members.length,
  );
  const fit = `${counted(vcpus, 'vCPU')} fit on ${counted(sizes.length, 'core')}`;
  if (threads !== null) {
    return [
      `the guest does not see which vCPUs share cores: ${fit}, but cpu.topology has ${counted(threads, 'thread')} a core`,
    ];
  }
  const most = Math.max(...sizes);
  const isEven = sizes.every((size) => size === most);
  if (isEven && maxVcpus % most === 0) return [`vCPUs share cores, which the guest sees: ${fit}`];
  const why = isEven ? `, but cpu.maxVcpus, ${maxVcpus}, is no multiple of ${most}` : ' only unevenly';
  return [`vCPUs share cores and the guest does not see which: ${fit}${why}`];
}

function kindsInWords({ selection }: Found, machine: Machine): string[] {
  const { cores, shared } = selection;
  const reasons: string[] = [];
  if (cores.every((core) => core.kind === 'efficiency')) {
    reasons.push('these are efficiency cores: there are not enough performance cores free');
  }
  if (machine.cores.some((core) => core.isolated)) {
    reasons.push(
      `${cores.length - shared} of ${counted(cores.length, 'core')} are isolated from the kernel's scheduler, which go first`,
    );
  }
  return reasons;
}

function placeInWords(found: Found, guest: Guest): string {
  const { cores, nodes, l3Domains } = found.selection;
  const where = nodes.length === 1 && nodes[0] !== null ? ` in ${nodesInWords(nodes)}` : '';
  const domain = l3Domains === 1 && cores.every((core) => core.knowsL3) ? ' with one L3 cache' : '';
  const what = sharesCores(found.attempt) ? 'core' : 'whole free core';
  return `${counted(cores.length, what)}${where}${domain}${fillInWords(found, guest)}`;
}

function fillInWords({ attempt, demand, threads }: Found, guest: Guest): string {
  if (attempt.fill === 'beside') return ', one a vCPU, since there are not enough whole free cores';
  if (threads === 1) return '';
  if (demand.perCore !== 1) return ', siblings next to each other';
  if (guest.threads !== null) return ', one a vCPU, since cpu.topology has 1 thread a core';
  if (guest.vcpus % threads !== 0)
    return `, one a vCPU, since ${guest.vcpus} is no multiple of the ${threads} CPUs of a core`;
  if (guest.maxVcpus % threads !== 0)
    return `, one a vCPU, since cpu.maxVcpus, ${guest.maxVcpus}, is no multiple of the ${threads} CPUs of a core`;
  return `, one a vCPU, since there are not enough with ${threads} CPUs`;
}

const sharesCores = ({ fill }: Found['attempt']): boolean => fill === 'beside' || fill === 'squeezed';
