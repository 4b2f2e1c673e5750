/** From a plan that is written down to a QEMU that runs with every thread in its place. */
import { shellText } from '../command/argv.js';
import type { QemuCommand } from '../command/option.js';
import { VmError } from '../errors.js';
import type { VmPaths } from '../plan/paths.js';
import type { PlacementPlan, VmPlan } from '../plan/plan.js';
import { QmpClient } from '../qmp/client.js';
import { pause } from '../qmp/limits.js';
import { keepAffinities } from './affinities.js';
import { underClaims } from './claims.js';
import { recoveryThread } from './kernel-threads.js';
import { readTail, sizeOf } from './log-files.js';
import { isolatePartition } from './partition.js';
import { placeThreads, readyToMove } from './place.js';
import { type VmRecord, writeRecord } from './record.js';
import { lastWords } from './side-process-failure.js';
import { deadSideProcesses } from './side-processes.js';
import type { Daemon } from './spawn-daemon.js';

export interface StartOptions {
  /** Leaves the guest paused, every thread in its place. Default: false. */
  readonly paused?: boolean | undefined;
  /** Fails, and undoes all, where a promise of the spec is not kept. Default: false. */
  readonly verify?: boolean | undefined;
  /** Aborting it gives the start up. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((step: string) => void) | undefined;
  /** Told the name of each step when it is done, for those who time them. */
  readonly onStepDone?: ((step: string) => void) | undefined;
  /** Told what the plan warns of and had to give up, and each line that QEMU said. */
  readonly onWarning?: ((text: string) => void) | undefined;
}

/**
 * Waits for the greeting of a QEMU that was spawned paused, places its threads and lets the guest run. What fails is left to the caller to undo.
 * @throws VmError `qemu.start-failed`, `qemu.placement`, `no.promise`; the signal's reason.
 */
export async function startQemu(
  record: VmRecord,
  qemu: Daemon,
  paths: VmPaths,
  command: QemuCommand,
  { paused = false, verify = false, signal, onProgress, onStepDone, onWarning }: StartOptions,
): Promise<void> {
  const { plan } = record;
  const either = AbortSignal.any([qemu.ended, ...(signal === undefined ? [] : [signal])]);
  let client: QmpClient | undefined;
  const move = isPlaced(plan.placement) ? readyToMove() : undefined;
  try {
    const timeout = startDeadline(plan);
    client = await QmpClient.connectWhenReady(paths.control, {
      timeout,
      signal: either,
      pid: qemu.identity.pid,
    });
    onStepDone?.('wait for its greeting');
    onProgress?.('placing threads');
    await isolateCpus(plan);
    const { pid } = qemu.identity;
    const { warnings } = await placeThreads(client, pid, record, { signal: either, move });
    for (const warning of warnings) onWarning?.(warning);
    onStepDone?.('place threads');
    await pullCables(client, plan, either);
    if (verify) {
      onProgress?.('verifying');
      const { refuseUnkept } = await import('./verify/verify.js');
      await refuseUnkept(record, qemu.identity.pid, client, either);
      onStepDone?.('verify');
    }
    if (!paused) {
      await client.execute('cont', {}, { signal: either });
      // The first vCPU to run has KVM make a thread (arch/x86/kvm/mmu/mmu.c, Linux 6.14), which inherits its CPU.
      if (plan.accelerator === 'kvm') {
        await recoveryThread(pid, either);
        await placeThreads(client, pid, record, { signal: either });
      }
    }
    either.throwIfAborted();
    onStepDone?.('let the guest run');
    writeRecord(paths, { ...record, phase: 'running', launchLogBytes: sizeOf(plan.paths.qemuLog) });
  } catch (error) {
    throw signal?.aborted ? error : await inWordsOfQemu(error, qemu, record, command);
  } finally {
    await Promise.all([client?.close(), move?.([])]);
  }
  for (const line of readTail(plan.paths.qemuLog, 50)) onWarning?.(line);
}

function isPlaced({ vcpus, emulator }: PlacementPlan): boolean {
  return emulator.length > 0 || vcpus.some(({ cpus }) => cpus.length > 0);
}

async function isolateCpus({ name, partition }: VmPlan): Promise<void> {
  if (partition === null) return;
  await underClaims(name, () => keepAffinities(partition.root, () => isolatePartition(partition)));
}

/** Cables that are to be out when the guest looks first: QEMU has no option for it. */
async function pullCables(client: QmpClient, { devices }: VmPlan, signal: AbortSignal): Promise<void> {
  for (const device of devices) {
    if (device.kind === 'network' && device.linkDown)
      await client.execute('set_link', { name: device.id, up: false }, { signal });
  }
}

const gibibyte = 1024 ** 3;

/** Seconds until QEMU must have greeted. It does so after it has allocated memory; a page takes 0.1 to 1 s a GiB to clear. */
function startDeadline({ memory, cpu }: VmPlan): number {
  const secondsPerGibibyte = memory.preallocate || memory.locked ? 3 : 0.05;
  return 30 + (memory.bytes / gibibyte) * secondsPerGibibyte + cpu.vcpus * 0.1;
}

/** Our connection breaks a moment before we are told that QEMU ended. */
const exitNotice = 0.3;
/** Lines of QEMU that are shown: it says little, and what counts comes last. */
const shownLines = 20;

async function inWordsOfQemu(
  error: unknown,
  { ended }: Daemon,
  { plan, resources }: VmRecord,
  command: QemuCommand,
): Promise<unknown> {
  if (!ended.aborted) await pause(exitNotice, ended).catch(() => undefined);
  if (!ended.aborted && !(error instanceof VmError && error.code.startsWith('qmp.'))) return error;
  const what = ended.aborted
    ? `ended (${String(ended.reason)})`
    : `did not come up (${error instanceof Error ? error.message : ''})`;
  const words = readTail(plan.paths.qemuLog, shownLines);
  const { diskHolders } = await import('./disk-holders.js');
  const last = words.at(-1)?.replace(/^\S*qemu-system-\w+: /, '') ?? 'it said nothing';
  return new VmError('qemu.start-failed', `${plan.name}: QEMU ${what}: ${last}`, {
    cause: error,
    hint: `All is undone; QEMU's log is ${plan.paths.qemuLog}.`,
    details: [
      ...(words.length > 0 ? ['QEMU said:', ...words] : []),
      ...deadSideProcesses(resources).flatMap(lastWords),
      ...diskHolders(words, plan),
      'The command was:',
      ...shellText(command).split('\n'),
    ],
  });
}
