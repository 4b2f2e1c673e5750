/** What a VM did between two samples. Pure. */
import type { DiskCounters, NetworkCounters, VcpuCounters, VmSample } from './sample.js';

export interface VcpuLoad {
  readonly vcpu: number;
  readonly threadId: number;
  /** Of a CPU: 1 is all of one. */
  readonly cpu: number;
  /** Of the time: it could have run, and had no CPU. Pinning should make it 0. */
  readonly delay: number;
  /** A second; null: this kernel does not count them. */
  readonly migrations: number | null;
  /** A second. */
  readonly switches: number;
}

/** A second, each. */
export interface DiskLoad {
  readonly id: string;
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly reads: number;
  readonly writes: number;
}

/** A second, each, as the guest sees it. */
export interface NetworkLoad {
  readonly interface: string;
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

export interface VmLoad {
  readonly name: string;
  readonly pid: number;
  /** Of a CPU, all threads of QEMU together: 2 is all of two. */
  readonly cpu: number;
  /** The largest of its vCPUs' delays. */
  readonly delay: number;
  /** Bytes of the host's memory in use, huge pages among them. */
  readonly memory: number;
  readonly hugepages: number;
  readonly vcpus: readonly VcpuLoad[];
  /** Null: QEMU could not be asked. */
  readonly disks: readonly DiskLoad[] | null;
  readonly networks: readonly NetworkLoad[];
}

/** @param cpu of the whole process, of a CPU. */
export function loadBetween(before: VmSample, after: VmSample, cpu: number): VmLoad {
  const seconds = after.at - before.at;
  const rate = (from: number, to: number) => (seconds > 0 ? Math.max(0, to - from) / seconds : 0);
  const vcpus = after.vcpus.flatMap((now) => {
    const then = before.vcpus.find(({ threadId }) => threadId === now.threadId);
    return then === undefined ? [] : [vcpuLoad(then, now, rate)];
  });
  return {
    name: after.name,
    pid: after.pid,
    cpu,
    delay: Math.max(0, ...vcpus.map(({ delay }) => delay)),
    memory: after.residentBytes,
    hugepages: after.hugepageBytes,
    vcpus,
    disks:
      after.disks?.map((now) => diskLoad(before.disks?.find(({ id }) => id === now.id) ?? now, now, rate)) ??
      null,
    networks: after.networks.map((now) =>
      networkLoad(before.networks.find((then) => then.interface === now.interface) ?? now, now, rate),
    ),
  };
}

type Rate = (from: number, to: number) => number;

function vcpuLoad(then: VcpuCounters, now: VcpuCounters, rate: Rate): VcpuLoad {
  return {
    vcpu: now.vcpu,
    threadId: now.threadId,
    cpu: rate(then.ran, now.ran),
    delay: rate(then.waited, now.waited),
    migrations:
      then.migrations === null || now.migrations === null ? null : rate(then.migrations, now.migrations),
    switches: rate(then.switches, now.switches),
  };
}

function diskLoad(then: DiskCounters, now: DiskCounters, rate: Rate): DiskLoad {
  return {
    id: now.id,
    readBytes: rate(then.readBytes, now.readBytes),
    writtenBytes: rate(then.writtenBytes, now.writtenBytes),
    reads: rate(then.reads, now.reads),
    writes: rate(then.writes, now.writes),
  };
}

function networkLoad(then: NetworkCounters, now: NetworkCounters, rate: Rate): NetworkLoad {
  return {
    interface: now.interface,
    receivedBytes: rate(then.receivedBytes, now.receivedBytes),
    sentBytes: rate(then.sentBytes, now.sentBytes),
  };
}
