/** A launch is a transaction: it ends with a guest that runs, every thread in its place, or with nothing left behind. */

import { closeSync, constants, openSync } from 'node:fs';
import { VmError } from '../errors.js';
import { notices } from '../plan/notices.js';
import type { VmPaths, VmRoots } from '../plan/paths.js';
import { anyQemu, inheritingQemu } from './any-qemu.js';
import { unreadableVms } from './claims.js';
import { draftOf } from './draft.js';
import { folderContent } from './folder.js';
import { enterLimits } from './limits.js';
import { type Lock, lock } from './lock.js';
import { keepOldLogs } from './log-files.js';
import { prepareNvram } from './nvram.js';
import type { CompileOptions, Draft } from './planned.js';
import { readRecord, type VmRecord, writeRecord } from './record.js';
import { recoverAll } from './recover.js';
import { reserve } from './reserve.js';
import { takeResource } from './resources.js';
import { checkedPaths, ensureFolder, vmRoots } from './roots.js';
import { startSideProcesses } from './side-processes.js';
import { spawnQemu } from './spawn-qemu.js';
import type { StartOptions } from './start.js';
import { observe } from './state.js';
import { clearFolder, undo } from './teardown.js';
import { reasonOf } from './thrown.js';
import { prepareTpm } from './tpm-state.js';
import { processesBeside } from './vm-threads.js';
import { checkTarget, type GuestTarget } from './wait.js';

export interface LaunchOptions extends CompileOptions, StartOptions {
  /** What the guest will be waited for: a VM that can never be so is not started. */
  readonly target?: GuestTarget | undefined;
}

/**
 * Starts the VM of a spec.
 * @returns its name.
 * @throws VmError `spec.*`; `host.*` for what this host lacks; `state.running`, `state.locked`; `qemu.start-failed`, `qemu.placement`;
 *   `interrupted.up` after the signal. Whatever it throws, nothing is left but logs.
 */
export async function launch(specOrName: string, options: LaunchOptions = {}): Promise<string> {
  try {
    return await launchOnce(specOrName, options);
  } catch (error) {
    const { signal } = options;
    const undone = !(error instanceof VmError && error.code === notUndone);
    throw signal?.aborted && undone ? interrupted(specOrName, signal) : error;
  }
}

export function interrupted(spec: string, { reason }: AbortSignal): VmError {
  if (reason instanceof VmError) return reason;
  return new VmError('interrupted.up', `the start of ${spec} was interrupted; all is undone`, {
    cause: reason,
  });
}

async function launchOnce(specOrName: string, options: LaunchOptions): Promise<string> {
  const { signal, onProgress, onStepDone } = options;
  signal?.throwIfAborted();
  onProgress?.('planning');
  const draft = await draftOf(specOrName, options);
  onStepDone?.('read the spec');
  const { name } = draft.spec;
  const roots = vmRoots();
  const paths = checkedPaths(roots, name);
  ensureFolder(roots.runtime);
  await recoverOnce(roots);
  refuseForeignFiles(name, paths);
  const held = await lock(paths.lock, 'vm up', { subject: name, timeout: 0, signal });
  try {
    await clearWay(name, paths);
    const alive = await openAliveFile(name, paths);
    onStepDone?.('lock the name');
    await transact(draft, paths, { held, alive }, options);
  } finally {
    held.release();
  }
  onStepDone?.('write the record, let go');
  return name;
}

let recovering: Promise<unknown> | undefined;

/** Launches that begin side by side look for leftovers together: each looks at all VMs. */
async function recoverOnce(roots: VmRoots): Promise<void> {
  recovering ??= recoverAll(roots).finally(() => {
    recovering = undefined;
  });
  await recovering;
}

/** Files that have our names among others that have not are somebody else's: ours would take their place. */
function refuseForeignFiles(name: string, paths: VmPaths): void {
  const { ours, foreign } = folderContent(paths);
  if (readRecord(paths) !== 'none' || !ours || !foreign) return;
  throw new VmError('state.folder', `the folder ${paths.folder} is in use, and not by a VM of this name`, {
    hint: `If nothing in it is needed, remove it. Or give ${name} another name, or set VM_RUNTIME_DIR.`,
  });
}

/** A name that runs is refused; what a crash left is taken away. */
async function clearWay(name: string, paths: VmPaths): Promise<void> {
  const record = readRecord(paths);
  if (record === 'none') return;
  const qemu = await anyQemu(paths, record);
  if (qemu !== undefined) {
    const { state } = record === 'broken' ? { state: 'running' } : await observe(paths, record);
    throw new VmError('state.running', `${name} is ${state} already (process ${qemu.pid})`, {
      hint: `See it with: vm status ${name}. End it with: vm down ${name}.`,
    });
  }
  await clearFolder(paths, record);
}

/** What QEMU inherits, and is known by until it holds its pidfile. */
async function openAliveFile(name: string, paths: VmPaths): Promise<number> {
  const qemu = await inheritingQemu(paths);
  if (qemu === undefined)
    return openSync(paths.aliveFile, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  throw new VmError(
    'state.running',
    `a QEMU of ${name} lives (process ${qemu.pid}), of which nothing more is known`,
    {
      hint: `End it with: kill ${qemu.pid}.`,
    },
  );
}

interface Taken {
  /** The VM's own lock. */
  readonly held: Lock;
  /** The descriptor that QEMU inherits. */
  readonly alive: number;
}

async function transact(
  draft: Draft,
  paths: VmPaths,
  { held, alive }: Taken,
  options: LaunchOptions,
): Promise<void> {
  const { target, signal, onProgress, onStepDone, onWarning } = options;
  // What is undone is what we know of, whether or not it could be written, or can be read again.
  let record: VmRecord | 'none' = 'none';
  try {
    const reserved = await reserve(draft, paths, options);
    const { plan } = reserved.planned;
    record = reserved.record;
    onStepDone?.('plan and reserve');
    if (target !== undefined) checkTarget(plan, target);
    for (const warning of [...notices(plan), ...unreadableVms(vmRoots())]) onWarning?.(warning);
    record = await prepare(record, options);
    onStepDone?.('prepare files and devices');
    signal?.throwIfAborted();
    onProgress?.('starting QEMU');
    const qemu = await spawnQemu(record, alive);
    // Before anything else: it has not allocated its memory yet.
    enterLimits(plan.limits, [qemu.identity.pid, ...processesBeside(record.resources)]);
    record = { ...record, qemu: qemu.identity };
    writeRecord(paths, record);
    onStepDone?.('spawn QEMU');
    // Loaded while QEMU comes up.
    const { startQemu } = await import('./start.js');
    await startQemu(record, qemu, paths, reserved.planned.command, options);
  } catch (error) {
    // From here on only QEMU has it, if it lives.
    closeSync(alive);
    await undo(paths, held, record).catch((failure: unknown) => {
      throw undoFailed(error, failure);
    });
    throw error;
  }
  closeSync(alive);
}

/** Takes what the record names. @returns the record with the processes beside QEMU that it started. */
async function prepare(
  record: VmRecord,
  { signal, onProgress, onWarning }: LaunchOptions,
): Promise<VmRecord> {
  const { plan, resources } = record;
  ensureFolder(plan.paths.stateFolder);
  keepOldLogs(plan);
  await prepareNvram(plan);
  await prepareTpm(plan);
  if (plan.seed !== null) await (await import('./seed.js')).prepareSeed(plan.seed);
  for (const resource of resources) {
    signal?.throwIfAborted();
    if (resource.kind !== 'sideProcess') await takeResource(resource, onWarning);
  }
  return { ...record, resources: await startSideProcesses(resources, { signal, onProgress }) };
}

const notUndone = 'state.not-undone';

/** Both are told: why the VM was to go, and what of it could not be undone. */
export function undoFailed(error: unknown, failure: unknown): VmError {
  return new VmError(notUndone, `${reasonOf(error)}; and not all could be undone: ${reasonOf(failure)}`, {
    cause: error,
    hint: 'The next command tries again to undo what is left.',
    details: error instanceof VmError ? error.details : [],
  });
}
