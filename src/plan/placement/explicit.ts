/** Placement that the spec spells out: a list or a map of CPUs. Explicit always wins; what is wrong with it is told. Pure. */
import type { Finding } from '../findings.js';
import type { VcpuPlacement } from '../plan.js';
import { groupBy, type Machine } from './machine.js';
import { floating, pinned } from './vcpus.js';
import { cpusInWords, nodesInWords } from './words.js';

/** A list is a set: laid out core by core, siblings next to each other, one CPU a vCPU. That their numbers agree is the spec's matter. */
export function placeList(count: number, list: readonly number[], machine: Machine): VcpuPlacement[] {
  const order = (cpu: number) => machine.coreOf.get(cpu)?.order ?? Number.POSITIVE_INFINITY;
  const cpus = [...new Set(list)].sort((a, b) => (order(a) === order(b) ? a - b : order(a) - order(b)));
  return Array.from({ length: count }, (_, vcpu) => {
    const cpu = cpus[vcpu];
    return cpu === undefined ? floating(vcpu, [], machine) : pinned(vcpu, cpu, machine);
  });
}

/** A map is literal: one CPU pins, several let the vCPU float over them; a vCPU that it does not name stays where the kernel puts it. */
export function placeMap(
  count: number,
  map: Readonly<Record<string, readonly number[]>>,
  machine: Machine,
): VcpuPlacement[] {
  return Array.from({ length: count }, (_, vcpu) => {
    const cpus = map[vcpu] ?? [];
    const [cpu] = cpus;
    return cpus.length === 1 && cpu !== undefined
      ? pinned(vcpu, cpu, machine)
      : floating(vcpu, cpus, machine);
  });
}

/** What explicit placement costs, as warnings. */
export function warnOfCosts(vcpus: readonly VcpuPlacement[], machine: Machine): Finding[] {
  const warn = (message: string): Finding => ({
    severity: 'warning',
    code: 'host.placement',
    key: 'placement.vcpus',
    message,
  });
  const used = new Set(vcpus.flatMap(({ cpus }) => cpus));
  const findings: Finding[] = [];
  const left = [...new Set([...used].map((cpu) => machine.coreOf.get(cpu)))].flatMap(
    (core) => core?.cpus.filter((cpu) => !used.has(cpu)) ?? [],
  );
  if (left.length > 0) {
    const halves = [...used].filter((cpu) =>
      machine.coreOf.get(cpu)?.cpus.some((sibling) => left.includes(sibling)),
    );
    findings.push(
      warn(
        `${cpusInWords(halves)} ${halves.length === 1 ? 'shares its core' : 'share their cores'} with ${cpusInWords(left)}, which the VM does not have: whatever runs there slows it down`,
      ),
    );
  }
  const nodes = [...new Set([...used].map((cpu) => machine.facts.get(cpu)?.node ?? null))].filter(
    (node) => node !== null,
  );
  if (nodes.length > 1) {
    findings.push(
      warn(
        `the vCPUs are spread over ${nodesInWords(nodes.sort((a, b) => a - b))}: memory of the other node is slower`,
      ),
    );
  }
  for (const [cpu, sharers] of groupBy(vcpus, (vcpu) => vcpu.cpu)) {
    if (cpu !== null && sharers.length > 1) {
      findings.push(
        warn(
          `vCPUs ${sharers.map(({ vcpu }) => vcpu).join(', ')} are all pinned to CPU ${cpu}: they take turns`,
        ),
      );
    }
  }
  const stuck = vcpus.filter(
    ({ cpu, cpus }) => cpu === null && cpus.some((one) => machine.facts.get(one)?.isolated),
  );
  if (stuck.length > 0) {
    findings.push(
      warn(
        `${stuck.length === 1 ? 'vCPU' : 'vCPUs'} ${stuck.map(({ vcpu }) => vcpu).join(', ')}: floating over isolated CPUs, where the kernel moves no thread: give each vCPU one CPU`,
      ),
    );
  }
  return findings;
}
