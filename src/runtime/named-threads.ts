/** Which threads of QEMU are vCPUs and I/O threads: QMP tells it. */
import { VmError } from '../errors.js';
import type { VmPlan } from '../plan/plan.js';
import type { QmpClient } from '../qmp/client.js';
import { now, pause } from '../qmp/limits.js';

/** A vCPU or I/O thread, as QMP names it. */
export interface NamedThread {
  readonly kind: 'vcpu' | 'ioThread';
  readonly index: number;
  readonly threadId: number;
}

/**
 * They exist while the guest is paused, but may come a moment after the greeting.
 * @param vcpus how many to wait for.
 * @throws VmError `qemu.placement` if so many do not come.
 */
export async function namedThreads(
  client: QmpClient,
  plan: VmPlan,
  vcpus: number,
  signal?: AbortSignal,
): Promise<NamedThread[]> {
  const ioThreads =
    plan.ioThreads.length === 0 ? [] : await client.execute('query-iothreads', {}, { signal });
  const byId = new Map(ioThreads.map((thread) => [thread.id, thread['thread-id']]));
  const named = plan.ioThreads.flatMap((id, index): NamedThread[] => {
    const threadId = byId.get(id);
    return threadId === undefined ? [] : [{ kind: 'ioThread', index, threadId }];
  });
  return [...(await vcpuThreads(client, vcpus, signal)), ...named];
}

/** Seconds until all are there; it takes some milliseconds. */
const vcpuPatience = 10;

async function vcpuThreads(client: QmpClient, count: number, signal?: AbortSignal): Promise<NamedThread[]> {
  const deadline = now() + vcpuPatience * 1000;
  for (;;) {
    const vcpus = await client.execute('query-cpus-fast', {}, { signal });
    if (vcpus.length >= count) {
      return vcpus.map((vcpu) => ({ kind: 'vcpu', index: vcpu['cpu-index'], threadId: vcpu['thread-id'] }));
    }
    if (now() >= deadline) {
      throw new VmError('qemu.placement', `QEMU shows ${vcpus.length} vCPUs and not ${count}`);
    }
    await pause(0.005, signal);
  }
}
