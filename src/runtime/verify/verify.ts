/** `vm verify`: the promises of a VM's spec against what runs. */
import { VmError } from '../../errors.js';
import { readHostFacts } from '../../host/facts.js';
import { openRoot, type Root } from '../../host/root.js';
import type { Claim, HostFacts } from '../../plan/facts.js';
import type { VmPlan } from '../../plan/plan.js';
import type { Verification } from '../../plan/verify/check.js';
import { chooseMeasure, sameCpus, vcpuCpus } from '../../plan/verify/measure.js';
import { recordNotes } from '../../plan/verify/notes.js';
import type { RunningVm } from '../../plan/verify/running.js';
import { verifyPromises } from '../../plan/verify/verify.js';
import type { QmpClient } from '../../qmp/client.js';
import type { VmSpec } from '../../spec/schema.js';
import { parseCpuList } from '../../units.js';
import { claimsOfOthers } from '../claims.js';
import { compileLoaded } from '../compile.js';
import { withMonitor } from '../monitor.js';
import { completeSpec } from '../old-record.js';
import { withCpus } from '../own-cpus.js';
import type { VmRecord } from '../record.js';
import { vmRoots } from '../roots.js';
import { readPartition } from './host-state.js';
import { readRunningVm } from './read.js';

/** Judges a VM that runs. Reads only; it takes a tenth of a second, in which it looks where the vCPUs are. */
export async function verifyVm(found: VmRecord, pid: number): Promise<Verification> {
  const record = { ...found, spec: await completeSpec(found.spec) };
  const { name, spec, resources, cwd } = record;
  const root = openRoot();
  const claims = claimsOfOthers(vmRoots(), name);
  const own = partitionCpus(root, spec);
  const again = (one: VmSpec) => planAgain(one, claims, cwd, own);
  const planned = await again(spec);
  const read = (client: QmpClient) => readRunningVm({ root, pid, client, spec, plan: planned, resources });
  const running = await withMonitor(record.plan.paths, pid, read);
  const plan = await measureOf({
    record,
    planned,
    running,
    claims,
    host: withCpus(readHostFacts(), own),
    again,
  });
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
  readonly again: (spec: VmSpec) => Promise<VmPlan>;
}

/** The plan made now; where the launch chose other CPUs that are as good, what follows from those. */
async function measureOf({ record, planned, running, claims, host, again }: MeasureInput): Promise<VmPlan> {
  const { spec, plan } = record;
  const input = { spec, host, claims, planned: planned.placement, recorded: plan.placement, running };
  const placement = chooseMeasure(input);
  const sameVcpus = planned.placement.vcpus.every(({ vcpu }) =>
    sameCpus(vcpuCpus(placement, vcpu), vcpuCpus(planned.placement, vcpu)),
  );
  if (sameVcpus) return { ...planned, placement };
  const vcpus = Object.fromEntries(placement.vcpus.map(({ vcpu }) => [vcpu, [...vcpuCpus(placement, vcpu)]]));
  const fixed = { ...spec, placement: { ...spec.placement, vcpus } };
  return { ...(await again(fixed)), placement };
}

/** @param own CPUs that the VM itself took from everybody, us included: they are its own to plan with. */
async function planAgain(
  spec: VmSpec,
  claims: readonly Claim[],
  cwd: string,
  own: readonly number[],
): Promise<VmPlan> {
  const loaded = { spec, file: '', profile: null, locate: () => undefined };
  return (await compileLoaded(loaded, claims, { cwd, host: (facts) => withCpus(facts, own) })).plan;
}

/** What the kernel says that the partition of a VM has, and not what was planned. */
function partitionCpus(root: Root, spec: VmSpec): readonly number[] {
  const group = readPartition(root, spec);
  return parseCpuList(group?.files.get('cpuset.cpus') || 'none') ?? [];
}
