/** What this kernel lets us use: io_uring, vhost-net, network interfaces. */
import { accessSync, constants } from 'node:fs';
import type { HostFacts, InterfaceFacts, RealTimeLimit } from '../plan/facts.js';
import { nodeOfInterface } from './device-nodes.js';
import { wholeNumber } from './parse.js';
import type { Root } from './root.js';

/**
 * Whether io_uring may be used (Documentation/admin-guide/sysctl/kernel: io_uring_disabled is 0 for all, 1 for the privileged and one
 * group, 2 for none). Containers' seccomp filters forbid it too, without a trace of it here.
 * Kernels without the switch allow it from 5.6 on, the first whose io_uring QEMU's drivers can rely on; null: unknown.
 */
export function readIoUring(root: Root): boolean | null {
  if (root.live && underSeccomp(root)) return null;
  const disabled = wholeNumber(root.text('/proc/sys/kernel/io_uring_disabled'));
  if (disabled === 0) return true;
  if (disabled === 1) return root.live ? inIoUringGroup(root) : null;
  if (disabled !== null) return false;
  const release =
    root.text('/proc/sys/kernel/osrelease') ??
    /^Linux version (\S+)/.exec(root.text('/proc/version') ?? '')?.[1];
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release ?? '') ?? [];
  return Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 6) ? true : null;
}

function underSeccomp(root: Root): boolean {
  return /^Seccomp:\s*[12]$/m.test(root.text('/proc/self/status') ?? '');
}

function inIoUringGroup(root: Root): boolean {
  if (process.getuid?.() === 0) return true;
  const group = wholeNumber(root.text('/proc/sys/kernel/io_uring_group'));
  return group !== null && (process.getgroups?.() ?? []).includes(group);
}

/** Both or none: a runtime says nothing without its period. */
export function readRealTimeLimit(root: Root): RealTimeLimit | null {
  const runtime = root.text('/proc/sys/kernel/sched_rt_runtime_us')?.trim();
  const period = wholeNumber(root.text('/proc/sys/kernel/sched_rt_period_us'));
  if (runtime === undefined || period === null) return null;
  if (runtime === '-1') return { period, runtime: null };
  const limit = wholeNumber(runtime);
  return limit === null ? null : { period, runtime: limit };
}

/** Whether /dev/vhost-net is there for us. QEMU 7.2 dies on an assertion if it is told to use one that is not. Null: a tree without /dev. */
export function readVhostNet(root: Root): boolean | null {
  const device = '/dev/vhost-net';
  if (!root.live) return root.isFolder('/dev') ? root.exists(device) : null;
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Network interfaces by name; null where the tree has none to show. */
export function readInterfaces(root: Root): HostFacts['interfaces'] {
  const folder = '/sys/class/net';
  if (!root.isFolder(folder)) return null;
  return (
    root
      .names(folder)
      // Besides the interfaces there are files, such as bonding_masters; in a capture, links may lead nowhere.
      .filter((name) => root.link(`${folder}/${name}`) !== undefined || root.isFolder(`${folder}/${name}`))
      .map((name) => ({
        name,
        bridge: root.exists(`${folder}/${name}/bridge`),
        tap: tapKind(root.text(`${folder}/${name}/tun_flags`)),
        node: nodeOfInterface(root, name),
      }))
  );
}

/** include/uapi/linux/if_tun.h */
const iffTap = 0x2;
const iffMultiQueue = 0x100;

function tapKind(flags: string | undefined): InterfaceFacts['tap'] {
  const value = Number(flags?.trim() ?? 0);
  if ((value & iffTap) === 0) return null;
  return (value & iffMultiQueue) === 0 ? 'oneQueue' : 'multiQueue';
}

/** include/uapi/linux/capability.h */
const capNetAdmin = 12n;
const capIpcLock = 14n;

function hasCapability(root: Root, capability: bigint): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(root.text('/proc/self/status') ?? '')?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> capability) & 1n) === 1n;
}

/** Whether this process may make network interfaces; null: another machine's. */
export function readNetworkAdmin(root: Root): boolean | null {
  return root.live ? hasCapability(root, capNetAdmin) : null;
}

/** What this process may lock (RLIMIT_MEMLOCK, getrlimit(2)); null: without limit, by CAP_IPC_LOCK too, or another machine's. */
export function readLockableBytes(root: Root): number | null {
  if (!root.live) return null;
  if (hasCapability(root, capIpcLock)) return null;
  const limit = /^Max locked memory\s+\S+\s+(\d+)/m.exec(root.text('/proc/self/limits') ?? '')?.[1];
  return limit === undefined ? null : Number(limit);
}
