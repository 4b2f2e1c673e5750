/** Starts QEMU as a process of its own, which outlives this one. */
import { creationMask } from '../devices/creation-mask.js';
import { sessionVariables } from '../devices/session.js';
import { VmError } from '../errors.js';
import { inScope, scopeVariables } from './limits.js';
import { openMacvtaps } from './macvtap.js';
import type { VmRecord } from './record.js';
import { type Daemon, spawnDaemon } from './spawn-daemon.js';
import { reasonOf } from './thrown.js';

/** Spawns the command of the record, its output in QEMU's log. It begins with the CPUs of its emulator threads. */
export async function spawnQemu({ argv, plan }: VmRecord, alive: number): Promise<Daemon> {
  const queues = await openMacvtaps(plan.macvtaps, plan.paths.folder);
  try {
    return await spawnDaemon(inScope(argv, plan.limits), {
      cpus: plan.placement.emulator,
      log: plan.paths.qemuLog,
      descriptors: [alive, ...queues.map(({ fd }) => fd)],
      umask: creationMask(plan.devices),
      keep: [...sessionVariables(plan.devices), ...scopeVariables(plan.limits)],
    });
  } catch (cause) {
    throw new VmError('qemu.start-failed', `${argv[0]} can't be started: ${reasonOf(cause)}`, { cause });
  } finally {
    // A queue is gone with its last descriptor: QEMU's is to be the only one.
    await Promise.all(queues.map((queue) => queue.close()));
  }
}
