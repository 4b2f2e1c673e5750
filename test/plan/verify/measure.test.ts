import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../src/plan/facts.js';
import type { PlacementPlan } from '../../../src/plan/plan.js';
import { chooseMeasure, vcpuCpus } from '../../../src/plan/verify/measure.js';
import { recordNotes } from '../../../src/plan/verify/notes.js';
import { notesMachine } from '../../support/hosts.js';
import { load, plan } from '../../support/planning.js';
import { moved, runningAs, vcpuThread } from './support.js';

const auto = 'cpu: {vcpus: 4}\nioThreads: 1\n';

/** A placement with vCPUs on other CPUs, as a hand could write it. */
function onCpus(placement: PlacementPlan, cpus: readonly number[]): PlacementPlan {
  return {
    ...placement,
    vcpus: placement.vcpus.map((vcpu, index) => ({
      ...vcpu,
      cpu: cpus[index] ?? 0,
      cpus: [cpus[index] ?? 0],
    })),
  };
}

interface Case {
  readonly spec?: string;
  readonly claims?: readonly Claim[];
  /** What the record says; the VM runs so too, unless `runs` says otherwise. */
  readonly recorded: (planned: PlacementPlan) => PlacementPlan;
  readonly runs?: (planned: PlacementPlan) => PlacementPlan;
}

/** The CPUs of the vCPUs in the placement that is taken for the measure. */
function measured({ spec = auto, claims = [], recorded, runs = recorded }: Case): (readonly number[])[] {
  const planned = plan(spec, { claims });
  const placement = chooseMeasure({
    spec: load(spec).spec,
    host: notesMachine(),
    claims,
    planned: planned.placement,
    recorded: recorded(planned.placement),
    running: runningAs({ ...planned, placement: runs(planned.placement) }),
  });
  return placement.vcpus.map(({ vcpu }) => vcpuCpus(placement, vcpu));
}

describe('the measure of an automatic placement', () => {
  const made = [[1], [11], [2], [12]];

  it('is where the launch put it, if that is as good as today', () => {
    expect(measured({ recorded: (planned) => onCpus(planned, [5, 15, 6, 16]) })).toEqual([
      [5],
      [15],
      [6],
      [16],
    ]);
  });

  it.each<[string, readonly number[]]>([
    ['reserved CPUs', [0, 10, 2, 12]],
    ['halves of cores', [1, 2, 3, 4]],
    ['one CPU twice', [1, 1, 2, 12]],
    ['CPUs that do not exist', [1, 11, 40, 41]],
  ])('is never a record that says %s, though it runs so', (_what, cpus) => {
    expect(measured({ recorded: (planned) => onCpus(planned, cpus) })).toEqual(made);
  });

  it('is never a record that says CPUs of another VM', () => {
    const claims = [{ vm: 'other', exclusiveCpus: [5, 15] }];
    expect(measured({ claims, recorded: (planned) => onCpus(planned, [5, 15, 6, 16]) })).toEqual(made);
  });

  it('is the plan made anew where the record was falsified and the VM runs as it should', () => {
    const falsified = (planned: PlacementPlan) => onCpus(planned, [5, 15, 6, 16]);
    expect(measured({ recorded: falsified, runs: (planned) => planned })).toEqual(made);
  });

  it('counts promises that the launch gave up, as it said', () => {
    const relaxed = (planned: PlacementPlan) => ({
      ...onCpus(planned, [1, 2, 3, 4]),
      relaxed: ['whole cores'],
    });
    expect(measured({ recorded: relaxed })).toEqual([[1], [2], [3], [4]]);
  });

  it('is the plan made anew where the record is no placement at all', () => {
    const nothing = (planned: PlacementPlan) =>
      JSON.parse(JSON.stringify({ ...planned, vcpus: undefined })) as PlacementPlan;
    expect(measured({ recorded: nothing, runs: (planned) => planned })).toEqual(made);
  });
});

describe('the measure of an explicit placement', () => {
  it('is what the spec says, whatever the record does', () => {
    const spec = 'cpu: {vcpus: 4}\nplacement: {vcpus: "3-4,13-14"}\n';
    const recorded = (planned: PlacementPlan) => onCpus(planned, [1, 11, 2, 12]);
    expect(measured({ spec, recorded })).toEqual([[3], [13], [4], [14]]);
  });

  it('holds for the other threads too', () => {
    const spec = `${auto}placement: {emulator: "9"}\n`;
    const planned = plan(spec);
    const placement = chooseMeasure({
      spec: load(spec).spec,
      host: notesMachine(),
      claims: [],
      planned: planned.placement,
      recorded: { ...planned.placement, emulator: [8] },
      running: runningAs({ ...planned, placement: { ...planned.placement, emulator: [8] } }),
    });
    expect(placement.emulator).toEqual([9]);
  });
});

it('follows the plan for one thread that was moved, though that is another free core', () => {
  const planned = plan('cpu: {vcpus: 2}\n');
  const placement = chooseMeasure({
    spec: load('cpu: {vcpus: 2}\n').spec,
    host: notesMachine(),
    claims: [],
    planned: planned.placement,
    recorded: planned.placement,
    running: moved(runningAs(planned), vcpuThread(0), [5]),
  });
  expect(placement.vcpus.map(({ cpu }) => cpu)).toEqual([1, 11]);
});

describe('notes on the record', () => {
  const { placement } = plan(auto);
  const argv = ['qemu', '-S', '-m', '1G'];

  it('has none to make where it is right', () => {
    expect(
      recordNotes({ argv, plan: { placement } }, { placement }, ['/usr/bin/qemu', '-S', '-m', '1G']),
    ).toEqual([]);
  });

  it('names the first word of the command line that differs, and each vCPU', () => {
    const wrong = { ...onCpus(placement, [9, 11, 2, 12]), emulator: [] };
    expect(
      recordNotes({ argv, plan: { placement: wrong } }, { placement }, ['qemu', '-S', '-m', '2G']),
    ).toEqual([
      "the record's command line has 1G where that of the running QEMU has 2G",
      'the record plans vCPU 0 on CPUs 9; by the spec it belongs on CPUs 1',
      "the record plans QEMU's own threads on any CPUs; by the spec it belongs on CPUs 0,10",
    ]);
  });
});
