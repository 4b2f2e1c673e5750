/** Counters of a running VM at one moment. */

import { keyValues, kilobytes, wholeNumber } from '../../host/parse.js';
import type { Root } from '../../host/root.js';
import { readTaskTimes } from '../../host/tasks.js';
import type { VmPlan } from '../../plan/plan.js';
import type { QmpClient } from '../../qmp/client.js';
import { QmpError } from '../../qmp/errors.js';
import { withMonitor } from '../monitor.js';
import { vcpusByName } from '../status.js';
import { readThreads } from '../threads.js';

/** Whatever grows as long as the VM runs. */
export interface VcpuCounters {
  readonly vcpu: number;
  readonly threadId: number;
  /** Seconds on a CPU, and seconds in which it could have run and had none. */
  readonly ran: number;
  readonly waited: number;
  /** From one CPU to another; null: this kernel does not count them. */
  readonly migrations: number | null;
  /** Turns that ended, by itself or not. */
  readonly switches: number;
}

export interface DiskCounters {
  readonly id: string;
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly reads: number;
  readonly writes: number;
}

/** As the guest sees it: what the interface of the host sent, the guest received. */
export interface NetworkCounters {
  readonly interface: string;
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

export interface VmSample {
  readonly name: string;
  readonly pid: number;
  /** Seconds of a clock that nobody sets. */
  readonly at: number;
  readonly vcpus: readonly VcpuCounters[];
  /** Null: another client is at QEMU's monitor, or it does not answer. */
  readonly disks: readonly DiskCounters[] | null;
  readonly networks: readonly NetworkCounters[];
  readonly residentBytes: number;
  readonly hugepageBytes: number;
}

export async function sampleVm(root: Root, name: string, pid: number, plan: VmPlan): Promise<VmSample> {
  const asked = await askQemu(plan, pid);
  const vcpus = asked?.vcpus ?? vcpusByName(readThreads(pid));
  const status = keyValues(root.text(`/proc/${pid}/status`));
  const hugepageBytes = kilobytes(status.get('HugetlbPages')) ?? 0;
  return {
    name,
    pid,
    at: performance.now() / 1000,
    vcpus: vcpus.flatMap((vcpu) => readVcpu(root, pid, vcpu) ?? []),
    disks: asked?.disks ?? null,
    networks: [...plan.taps, ...plan.macvtaps].flatMap(({ device }) => readNetwork(root, device) ?? []),
    // The kernel counts huge pages apart from all others.
    residentBytes: (kilobytes(status.get('VmRSS')) ?? 0) + hugepageBytes,
    hugepageBytes,
  };
}

interface Asked {
  readonly vcpus: readonly { readonly index: number; readonly threadId: number }[];
  readonly disks: readonly DiskCounters[];
}

/** Seconds: a picture that comes every second can't wait long for a monitor. */
const patience = 0.5;

async function askQemu({ paths }: VmPlan, pid: number): Promise<Asked | undefined> {
  const ask = async (client: QmpClient): Promise<Asked> => {
    const options = { timeout: patience };
    const vcpus = await client.execute('query-cpus-fast', {}, options);
    const disks = await client.execute('query-blockstats', {}, options);
    return {
      vcpus: vcpus.map((vcpu) => ({ index: vcpu['cpu-index'], threadId: vcpu['thread-id'] })),
      disks: disks.flatMap(({ qdev, device, stats }) => {
        const id = idOf(qdev) ?? device ?? '';
        if (id === '') return [];
        return [
          {
            id,
            readBytes: stats.rd_bytes,
            writtenBytes: stats.wr_bytes,
            reads: stats.rd_operations,
            writes: stats.wr_operations,
          },
        ];
      }),
    };
  };
  try {
    return await withMonitor(paths, pid, ask, { timeout: patience });
  } catch (error) {
    if (error instanceof QmpError) return undefined;
    throw error;
  }
}

/** `/machine/peripheral/disk0/virtio-backend` is disk0. Pure. */
export function idOf(qdev: string | undefined): string | undefined {
  return /^\/machine\/peripheral\/([^/]+)/.exec(qdev ?? '')?.[1];
}

function readVcpu(
  root: Root,
  pid: number,
  { index, threadId }: { readonly index: number; readonly threadId: number },
): VcpuCounters | undefined {
  const folder = `/proc/${pid}/task/${threadId}`;
  const times = readTaskTimes(root, pid, threadId);
  if (times === undefined) return undefined;
  const status = keyValues(root.text(`${folder}/status`));
  const count = (key: string) => wholeNumber(status.get(key)) ?? 0;
  return {
    vcpu: index,
    threadId,
    ...times,
    migrations: wholeNumber(keyValues(root.text(`${folder}/sched`)).get('se.nr_migrations')),
    switches: count('voluntary_ctxt_switches') + count('nonvoluntary_ctxt_switches'),
  };
}

function readNetwork(root: Root, device: string): NetworkCounters | undefined {
  const counter = (name: string) => wholeNumber(root.text(`/sys/class/net/${device}/statistics/${name}`));
  const [receivedBytes, sentBytes] = [counter('tx_bytes'), counter('rx_bytes')];
  if (receivedBytes === null || sentBytes === null) return undefined;
  return { interface: device, receivedBytes, sentBytes };
}
