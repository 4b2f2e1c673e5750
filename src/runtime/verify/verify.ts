/** `vm verify`: the promises of a VM's spec against what runs. */
import { VmError } from '../../errors.js';
import { readHostFacts } from '../../host/facts.js';
import { openRoot } from '../../host/root.js';
import type { Claim, HostFacts } from '../../plan/facts.js';
import type { VmPlan } from '../../plan/plan.js';
import type { Verification } from '../../plan/verify/check.js';
import { chooseMeasure, sameCpus, vcpuCpus } from '../../plan/verify/measure.js';
import { recordNotes } from '../../plan/verify/notes.js';
import type { RunningVm } from '../../plan/verify/running.js';
import { verifyPromises } from '../../plan/verify/verify.js';
import type { QmpClient } from '../../qmp/client.js';
import type { VmSpec } from '../../spec/schema.js';
import { claimsOfOthers } from '../claims.js';
import { compileLoaded } from '../compile.js';
import { withMonitor } from '../monitor.js';
import type { VmRecord } from '../record.js';
import { vmRoots } from '../roots.js';
import { readRunningVm } from './read.js';

/** Judges a VM that runs. Reads only; it takes a tenth of a second, in which it looks where the vCPUs are. */
export async function verifyVm(record: VmRecord, pid: number): Promise<Verification> {
  const { name, spec, resources, cwd } = record;
  const root = openRoot();
  const claims = claimsOfOthers(vmRoots(), name);
  const planned = await planAgain(spec, claims, cwd);
  const read = (client: QmpClient) => readRunningVm({ root, pid, client, spec, plan: planned, resources });
  const running = await withMonitor(record.plan.paths, pid, read);
  const plan = await measureOf({ record, planned, running, claims, host: readHostFacts() });
  const checks = verifyPromises({ spec, plan, running });
  const argv = (root.text(`/proc/${pid}/cmdline`) ?? '').split('\0').slice(0, -1);
  return {
    name,
    ok: checks.every(({ status }) => status !== 'fail'),
    checks,
    notes: recordNotes(record, plan, argv),
  };
}

/** @throws VmError `no.promise` with every promise that a VM which is being started does not keep. */
export async function refuseUnkept(
  { name, spec, plan, resources }: VmRecord,
  pid: number,
  client: QmpClient,
  signal?: AbortSignal,
): Promise<void> {
  const running = await readRunningVm({ root: openRoot(), pid, client, spec, plan, resources, signal });
  const broken = verifyPromises({ spec, plan, running }).filter(({ status }) => status === 'fail');
  const [first] = broken;
  if (first === undefined) return;
  throw new VmError('no.promise', `${name} would not keep what its spec promises: ${first.promise}`, {
    hint: 'All is undone. Without --verify it would be started like this.',
    details: broken.map(({ id, promise, found }) => `${id}: ${promise}; but: ${found}`),
  });
}

interface MeasureInput {
  readonly record: VmRecord;
  readonly planned: VmPlan;
  readonly running: RunningVm;
  readonly claims: readonly Claim[];
  readonly host: HostFacts;
}

/** The plan made now; where the launch chose other CPUs that are as good, what follows from those. */
async function measureOf({ record, planned, running, claims, host }: MeasureInput): Promise<VmPlan> {
  const { spec, plan, cwd } = record;
  const input = { spec, host, claims, planned: planned.placement, recorded: plan.placement, running };
  const placement = chooseMeasure(input);
  const sameVcpus = planned.placement.vcpus.every(({ vcpu }) =>
    sameCpus(vcpuCpus(placement, vcpu), vcpuCpus(planned.placement, vcpu)),
  );
  if (sameVcpus) return { ...planned, placement };
  const vcpus = Object.fromEntries(placement.vcpus.map(({ vcpu }) => [vcpu, [...vcpuCpus(placement, vcpu)]]));
  const fixed = { ...spec, placement: { ...spec.placement, vcpus } };
  return { ...(await planAgain(fixed, claims, cwd)), placement };
}

async function planAgain(spec: VmSpec, claims: readonly Claim[], cwd: string): Promise<VmPlan> {
  const loaded = { spec, file: '', profile: null, locate: () => undefined };
  return (await compileLoaded(loaded, claims, { cwd })).plan;
}
