/** Where a record says other than what runs. Pure. */
import { formatCpuList } from '../../units.js';
import type { PlacementPlan, VmPlan } from '../plan.js';
import { sameCpus, vcpuCpus } from './measure.js';

interface RecordFacts {
  readonly argv: readonly string[];
  readonly plan: Pick<VmPlan, 'placement'>;
}

/** A sentence each. @param argv of the QEMU that runs. */
export function recordNotes(
  record: RecordFacts,
  { placement }: Pick<VmPlan, 'placement'>,
  argv: readonly string[],
): string[] {
  return [...argvNotes(record.argv, argv), ...placementNotes(record.plan.placement, placement)];
}

function argvNotes(recorded: readonly string[], running: readonly string[]): string[] {
  // The program may be found by another path.
  const at = running.findIndex((word, index) => index > 0 && word !== recorded[index]);
  const length = running.length !== recorded.length;
  if (at === -1 && !length) return [];
  const place = at === -1 ? Math.min(running.length, recorded.length) : at;
  const word = (words: readonly string[]) => words[place] ?? 'nothing';
  return [
    `the record's command line has ${word(recorded)} where that of the running QEMU has ${word(running)}`,
  ];
}

function placementNotes(recorded: PlacementPlan, measured: PlacementPlan): string[] {
  if (!Array.isArray(recorded.vcpus)) return ["the record's plan has no placement of vCPUs"];
  const says = (what: string, has: readonly number[], wants: readonly number[]): string[] =>
    sameCpus(has, wants)
      ? []
      : [`the record plans ${what} on ${cpus(has)}; by the spec it belongs on ${cpus(wants)}`];
  return [
    ...measured.vcpus.flatMap(({ vcpu }) =>
      says(`vCPU ${vcpu}`, vcpuCpus(recorded, vcpu), vcpuCpus(measured, vcpu)),
    ),
    ...says("QEMU's own threads", recorded.emulator, measured.emulator),
  ];
}

const cpus = (list: readonly number[]) => (list.length === 0 ? 'any CPUs' : `CPUs ${formatCpuList(list)}`);
