/** Where every thread may run, how it is scheduled, and where it ran. Pure. */
import { formatCpuList } from '../../units.js';
import { pinnedCpus } from '../placement/vcpus.js';
import type { PlacementPlan } from '../plan.js';
import { type Check, judged, skipped } from './check.js';
import { sameCpus, vcpuCpus } from './measure.js';
import type { RunningVm, TaskFacts, VcpuRun } from './running.js';

export interface ThreadsInput {
  readonly name: string;
  readonly placement: PlacementPlan;
  readonly running: RunningVm;
}

export function judgeThreads(input: ThreadsInput): Check[] {
  const { placement, running } = input;
  return [
    ...placement.vcpus.flatMap(({ vcpu }) => judgeVcpu(vcpu, input)),
    ...running.vcpus
      .filter(({ index }) => placement.vcpus.every(({ vcpu }) => vcpu !== index))
      .map(({ index }) =>
        skipped(`vcpu.${index}.affinity`, `vCPU ${index} has a place`, 'it was plugged while the VM ran'),
      ),
    ...placement.ioThreads.map((cpus, index) => judgeIoThread(index, cpus, input)),
    ...judgeOthers(input),
    ...judgeBeside(input),
  ];
}

function judgeVcpu(index: number, { name, placement, running }: ThreadsInput): Check[] {
  const id = `vcpu.${index}`;
  const own = running.vcpus.find((vcpu) => vcpu.index === index);
  const thread = running.threads.find(({ threadId }) => threadId === own?.threadId);
  if (own === undefined || thread === undefined)
    return [judged(`${id}.affinity`, `vCPU ${index} runs`, false, 'QEMU has no thread for it', anew(name))];
  // Emulation on one thread serves all vCPUs: that thread has the CPUs of all of them.
  const sharers = running.vcpus.filter(({ threadId }) => threadId === own.threadId);
  const cpus = [...new Set(sharers.flatMap((vcpu) => vcpuCpus(placement, vcpu.index)))];
  return [
    judgeAffinity(`${id}.affinity`, `vCPU ${index}`, cpus, thread, name),
    ...judgeScheduler(index, thread, placement, name),
    ...running.runs.filter(({ vcpu }) => vcpu === index).map((run) => judgeRun(run, cpus, name)),
  ];
}

function judgeIoThread(index: number, cpus: readonly number[], { name, running }: ThreadsInput): Check {
  const own = running.ioThreads.find((thread) => thread.index === index);
  const thread = running.threads.find(({ threadId }) => threadId === own?.threadId);
  const id = `ioThread.${index}.affinity`;
  if (thread === undefined)
    return judged(id, `I/O thread ${index} runs`, false, 'QEMU has no such thread', anew(name));
  return judgeAffinity(id, `I/O thread ${index}`, cpus, thread, name);
}

/** Every thread that is neither a vCPU nor an I/O thread is the emulator's; newer kernels have vhost workers and KVM's own among them. */
function judgeOthers({ name, placement, running }: ThreadsInput): Check[] {
  const named = new Set([...running.vcpus, ...running.ioThreads].map(({ threadId }) => threadId));
  const others = running.threads.filter(({ threadId }) => !named.has(threadId));
  return [
    ...others
      .filter((thread) => !isVhost(thread))
      .map((thread) =>
        judgeAffinity(
          `emulator.${thread.threadId}.affinity`,
          `emulator thread ${thread.name}`,
          placement.emulator,
          thread,
          name,
        ),
      ),
    ...judgeKernelThreads({ name, placement, running }),
    ...[...running.kernelThreads, ...others]
      .filter(isVhost)
      .map((thread) =>
        judgeAffinity(
          `vhost.${thread.threadId}.affinity`,
          `vhost worker ${thread.name}`,
          placement.vhost,
          thread,
          name,
        ),
      ),
  ];
}

/** KVM's own, which have so little to do that they may stay where only root could move them. */
function judgeKernelThreads({ name, placement, running }: ThreadsInput): Check[] {
  return running.kernelThreads
    .filter((thread) => !isVhost(thread))
    .map((thread) => {
      const id = `emulator.${thread.threadId}.affinity`;
      const what = `kernel thread ${thread.name}`;
      const check = judgeAffinity(id, what, placement.emulator, thread, name);
      return check.status === 'fail' && !running.isRoots
        ? skipped(id, check.promise, `${check.found}; only root may move it`)
        : check;
    });
}

const isVhost = ({ name }: TaskFacts): boolean => name.startsWith('vhost-');

function judgeAffinity(
  id: string,
  what: string,
  cpus: readonly number[],
  thread: TaskFacts,
  name: string,
): Check {
  const who = `${what} (thread ${thread.threadId})`;
  const found = `it may run on CPUs ${formatCpuList(thread.cpus)}`;
  if (cpus.length === 0) return skipped(id, `${who} runs where the kernel puts it`, found);
  return judged(
    id,
    `${who} runs on CPUs ${formatCpuList(cpus)} and on no others`,
    sameCpus(cpus, thread.cpus),
    found,
    back(name),
  );
}

function judgeScheduler(
  index: number,
  thread: TaskFacts,
  { scheduler }: PlacementPlan,
  name: string,
): Check[] {
  if (scheduler === null) return [];
  const { policy, priority } = scheduler;
  const words = (one: string, of: number | null) =>
    of === null || of === 0 ? one : `${one} with priority ${of}`;
  return [
    judged(
      `vcpu.${index}.scheduler`,
      `vCPU ${index} (thread ${thread.threadId}) is scheduled as ${words(policy, priority)}`,
      thread.policy === policy && thread.priority === (priority ?? 0),
      words(thread.policy, thread.priority),
      back(name),
    ),
  ];
}

function judgeRun(
  { vcpu, looks, ran, waited, seconds }: VcpuRun,
  cpus: readonly number[],
  name: string,
): Check {
  const id = `vcpu.${vcpu}.ran`;
  const seen = formatCpuList(looks);
  const milliseconds = (value: number) => `${Math.round(value * 1000)} ms`;
  const times = `it ran ${milliseconds(ran)} and waited ${milliseconds(waited)} for a CPU in ${milliseconds(seconds)}`;
  if (cpus.length === 0)
    return skipped(id, `vCPU ${vcpu} runs where the kernel puts it`, `CPUs ${seen}; ${times}`);
  const promise = `vCPU ${vcpu} really runs on CPUs ${formatCpuList(cpus)}`;
  if (looks.length === 0) return skipped(id, promise, 'it slept: its guest is idle, or paused');
  const advice = `Find out who moves it: vm status ${name} shows its CPUs.`;
  return judged(
    id,
    promise,
    looks.every((cpu) => cpus.includes(cpu)),
    `seen on CPUs ${seen}; ${times}`,
    advice,
  );
}

/** Helpers may be anywhere but on the CPUs of vCPUs, as long as QEMU's own threads are kept away from those too. */
function judgeBeside({ name, placement, running }: ThreadsInput): Check[] {
  const pinned = pinnedCpus(placement.vcpus);
  const isKept = pinned.length > 0 && placement.emulator.length > 0;
  const shared = placement.emulator.some((cpu) => pinned.includes(cpu));
  return running.beside.map(({ id: helper, threads }) => {
    const id = `beside.${helper}`;
    if (threads.length === 0)
      return judged(id, `${helper} runs`, false, 'it is gone, and its device with it', anew(name));
    const cpus = [...new Set(threads.flatMap((thread) => thread.cpus))];
    const found = `its threads may run on CPUs ${formatCpuList(cpus)}`;
    if (!isKept || shared) return skipped(id, `${helper} runs where the kernel puts it`, found);
    return judged(
      id,
      `${helper} stays off CPUs ${formatCpuList(pinned)}, which are the vCPUs'`,
      cpus.every((cpu) => !pinned.includes(cpu)),
      found,
      back(name),
    );
  });
}

const back = (name: string) => `Put it back: vm place ${name}.`;
const anew = (name: string) => `Start it anew: vm restart ${name}.`;
