/** What was decided about placement, for `vm plan`. Pure. */
import type { VmSpec } from '../../spec/schema.js';
import { formatCpuList } from '../../units.js';
import type { HostFacts } from '../facts.js';
import type { Decision } from '../findings.js';
import type { CpuTopology, PlacementPlan, VcpuPlacement } from '../plan.js';
import { mercyInWords } from './scheduler.js';
import { mayUseVhost } from './threads.js';

interface Reasons {
  /** Why `auto` put the other threads where it did. */
  readonly helpers: string;
  /** Whether the guest's CPU model can't show siblings that vCPUs are. */
  readonly siblingsHidden: boolean;
  /** How long real-time threads may run. */
  readonly realTimeLimit: HostFacts['realTimeLimit'];
}

/** Lists each decision with its reason. What was given up is not repeated here. */
export function decide(
  spec: VmSpec,
  placement: PlacementPlan,
  topology: CpuTopology,
  { helpers, siblingsHidden, realTimeLimit }: Reasons,
): Decision[] {
  const { placement: wanted, cpu } = spec;
  const asSaid = 'as the spec says';
  const decisions: Decision[] = [
    {
      key: 'placement.vcpus',
      value: placement.vcpus.map(vcpuInWords).join(' '),
      reason: placement.reasons[0] ?? asSaid,
    },
    {
      key: 'placement.reserve',
      // Cores of its own are beside these.
      value: cpuText(
        placement.housekeeping.filter((one) => !placement.exclusiveCpus.includes(one)),
        'none',
      ),
      reason: wanted.reserve !== 'auto' ? asSaid : reserveReason(placement, wanted.vcpus),
    },
    {
      key: 'placement.emulator',
      value: cpuText(placement.emulator, 'wherever the kernel puts it'),
      reason: wanted.emulator === 'auto' ? helpers : asSaid,
    },
  ];
  if (placement.ioThreads.length > 0) {
    decisions.push({
      key: 'placement.ioThreads',
      value: placement.ioThreads.map((cpus) => cpuText(cpus, 'wherever the kernel puts it')).join(' | '),
      reason: wanted.ioThreads === 'auto' ? helpers : asSaid,
    });
  }
  if (mayUseVhost(spec)) {
    decisions.push({
      key: 'placement.vhost',
      value: cpuText(placement.vhost, 'wherever the kernel puts it'),
      reason: wanted.vhost === 'auto' ? helpers : asSaid,
    });
  }
  const { scheduler } = placement;
  if (scheduler !== null) {
    const { policy, priority } = scheduler;
    decisions.push({
      key: 'placement.scheduler',
      value: priority === null ? policy : `${policy} ${priority}`,
      reason: priority === null ? asSaid : `${asSaid}${mercyInWords(realTimeLimit)}`,
    });
  }
  const { sockets, dies, cores, threads } = topology;
  decisions.push({
    key: 'cpu.topology',
    value: `sockets=${sockets} dies=${dies} cores=${cores} threads=${threads}`,
    reason: cpu.topology === 'auto' ? topologyReason(spec, placement, topology, siblingsHidden) : asSaid,
  });
  return decisions;
}

function vcpuInWords({ vcpu, cpu, cpus }: VcpuPlacement): string {
  return `${vcpu}:${cpu ?? cpuText(cpus, 'any')}`;
}

function cpuText(cpus: readonly number[], none: string): string {
  return cpus.length === 0 ? none : formatCpuList(cpus);
}

function reserveReason({ housekeeping }: PlacementPlan, vcpus: VmSpec['placement']['vcpus']): string {
  if (housekeeping.length > 0) return "the first core with its siblings stays the host's";
  return vcpus === 'none' ? 'no vCPU is placed' : 'the first core could not be kept for the host';
}

function topologyReason(
  { cpu }: VmSpec,
  { vcpus }: PlacementPlan,
  { threads }: CpuTopology,
  siblingsHidden: boolean,
): string {
  if (siblingsHidden)
    return "siblings are shown as cores: without KVM the guest's CPU model can't show that they are siblings";
  if ((cpu.maxVcpus ?? cpu.vcpus) > cpu.vcpus) {
    return threads > 1
      ? 'room for hot-plug in one socket, siblings as on the host'
      : 'room for hot-plug: every vCPU is a core';
  }
  if (vcpus.some((vcpu) => vcpu.cpu === null)) return 'the vCPUs float: every vCPU is a core';
  return 'mirrors the host CPUs that the VM gets';
}
