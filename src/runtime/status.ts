/** All that is known of one VM now. */
import type { VmPaths } from '../plan/paths.js';
import type { QmpReturns } from '../qmp/types.js';
import { serialSockets } from './console.js';
import { guestNetworks, type NetworkStatus } from './guest-addresses.js';
import { readTail } from './log-files.js';
import { askControl, type StatusAnswer } from './monitor.js';
import { ageOf, isAlive } from './process.js';
import type { VmRecord } from './record.js';
import { observe, type VmState } from './state.js';
import { readThreads, type Thread } from './threads.js';

export interface VcpuStatus {
  readonly index: number;
  readonly threadId: number;
  /** CPUs that the kernel lets it run on. */
  readonly cpus: readonly number[];
}

export interface VmStatus {
  readonly name: string;
  readonly state: VmState;
  /** Of its QEMU; null if that is gone. */
  readonly pid: number | null;
  readonly accelerator: 'kvm' | 'tcg';
  readonly vcpus: readonly VcpuStatus[];
  /** Bytes. */
  readonly memory: number;
  /** Seconds; null if its QEMU is gone. */
  readonly uptime: number | null;
  /** Every thread of QEMU, vCPUs included. */
  readonly threads: readonly Thread[];
  /** Its cards, with the addresses that the guest is known to have. */
  readonly networks: readonly NetworkStatus[];
  readonly sockets: VmSockets;
  /** Processes beside QEMU: swtpm, virtiofsd, … */
  readonly sideProcesses: readonly SideProcessStatus[];
  /** The file that it was started from; null: standard input. */
  readonly spec: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
  /** What to do next, one sentence. */
  readonly next: string;
  /** QEMU's last lines if it crashed, else none. */
  readonly lastWords: readonly string[];
}

export interface SideProcessStatus {
  readonly id: string;
  /** Null if it is gone: what it served no longer works in the guest. */
  readonly pid: number | null;
  readonly log: string;
}

export interface VmSockets {
  readonly control: string;
  readonly events: string;
  readonly user: string;
  readonly serial: readonly string[];
  readonly agent: string | null;
  readonly vnc: string | null;
  readonly spice: string | null;
}

export async function statusOf(paths: VmPaths, record: VmRecord): Promise<VmStatus> {
  const { name, plan, specFile, startedAt } = record;
  const { state, qemu, status } = await observe(paths, record);
  const threads = qemu === undefined ? [] : readThreads(qemu.pid);
  const answers = qemu !== undefined && (state === 'running' || state === 'paused');
  const vcpus = await vcpusOfVm(paths, threads, answers);
  const agent = await openAgent(record, paths, answers);
  return {
    name,
    state,
    pid: qemu?.pid ?? null,
    accelerator: plan.accelerator,
    vcpus,
    memory: plan.memory.bytes,
    uptime: qemu === undefined ? null : ageOf(qemu),
    threads,
    networks: qemu === undefined ? [] : await guestNetworks(plan, agent),
    sockets: socketsOf(record),
    sideProcesses: sideProcessesOf(record),
    spec: specFile,
    startedAt,
    next: nextStep(name, state, qemu?.pid, status),
    lastWords: state === 'crashed' ? readTail(plan.paths.qemuLog, 10) : [],
  };
}

/** By the names of their threads, as far as QEMU gives each one; else it is asked. */
async function vcpusOfVm(
  paths: VmPaths,
  threads: readonly Thread[],
  answers: boolean,
): Promise<readonly VcpuStatus[]> {
  const named = vcpusByName(threads);
  if (named.length > 0 || !answers) return named;
  return vcpusOf((await askControl(paths, 'query-cpus-fast')) ?? [], threads);
}

/** The socket of the guest agent, where one listens in the guest: to ask it without would only be waiting. */
async function openAgent({ plan }: VmRecord, paths: VmPaths, answers: boolean): Promise<string | null> {
  const agent = plan.devices.find(({ kind }) => kind === 'guestAgent');
  if (agent === undefined || !answers) return null;
  const open = ((await askControl(paths, 'query-chardev')) ?? []).filter(
    (chardev) => chardev['frontend-open'],
  );
  return open.some(({ label }) => label === `${agent.id}-chardev`) ? paths.agent : null;
}

function vcpusOf(vcpus: QmpReturns<'query-cpus-fast'>, threads: readonly Thread[]): VcpuStatus[] {
  return vcpus.map((vcpu) => {
    const threadId = vcpu['thread-id'];
    const thread = threads.find((candidate) => candidate.threadId === threadId);
    return { index: vcpu['cpu-index'], threadId, cpus: thread?.cpus ?? [] };
  });
}

/** QEMU calls them `CPU 0/KVM` or `CPU 0/TCG` (debug-threads=on). Pure. */
export function vcpusByName(threads: readonly Thread[]): VcpuStatus[] {
  return threads
    .flatMap(({ name, threadId, cpus }) => {
      const [, index] = /^CPU (\d+)\//.exec(name) ?? [];
      return index === undefined ? [] : [{ index: Number(index), threadId, cpus }];
    })
    .sort((a, b) => a.index - b.index);
}

function socketsOf({ plan }: VmRecord): VmSockets {
  const { paths, devices } = plan;
  const displaySocket = (type: 'vnc' | 'spice') =>
    devices.flatMap((device) =>
      device.kind === 'display' && device.type === type ? [device.socket] : [],
    )[0] ?? null;
  return {
    control: paths.control,
    events: paths.events,
    user: paths.user,
    serial: [...serialSockets(plan).values()],
    agent: devices.some(({ kind }) => kind === 'guestAgent') ? paths.agent : null,
    vnc: displaySocket('vnc'),
    spice: displaySocket('spice'),
  };
}

function sideProcessesOf({ resources }: VmRecord): SideProcessStatus[] {
  return resources.flatMap((resource) => {
    if (resource.kind !== 'sideProcess') return [];
    const { id, log, identity } = resource;
    return [{ id, pid: identity !== null && isAlive(identity) ? identity.pid : null, log }];
  });
}

/** Guests that `resume` can't bring back: QEMU refuses it, or lets go on what has nothing left to do. A reset leaves them paused. */
const needsReset: readonly (StatusAnswer | null)[] = ['internal-error', 'guest-panicked'];

/** Every state has a way out. Pure. */
export function nextStep(
  name: string,
  state: VmState,
  pid: number | undefined,
  status: StatusAnswer | null,
): string {
  switch (state) {
    case 'starting':
      return `Wait until it runs: vm wait ${name} --for running.`;
    case 'running':
      return `Attach to it with: vm console ${name}. Stop it with: vm down ${name}.`;
    case 'paused':
      if (needsReset.includes(status))
        return `It can't go on (${status}). Start it anew with: vm reset ${name}, then: vm resume ${name}.`;
      return `Let it go on with: vm resume ${name}.`;
    case 'stopping':
      return `Wait until it is gone: vm wait ${name} --for stopped. Do not wait: vm down ${name} --force.`;
    case 'unresponsive':
      return `Its QEMU does not answer. If it was stopped by a signal: kill -CONT ${pid}. End it with: vm down ${name} --force.`;
    case 'crashed':
      return `See why: vm logs ${name} --qemu. Start it again with: vm up ${name}. Take its remains away with: vm down ${name}.`;
    case 'stopped':
      return `Start it with: vm up ${name}.`;
  }
}
