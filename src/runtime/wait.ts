/** Waits until a VM is as wanted. */

import type { PortForward } from '../devices/port-forward.js';
import { VmError } from '../errors.js';
import type { VmPaths } from '../plan/paths.js';
import type { VmPlan } from '../plan/plan.js';
import { pingGuestAgent } from '../qmp/agent.js';
import { longestTimer, now, pause } from '../qmp/limits.js';
import { livingQemu } from './alive.js';
import { firstSerialLog, readTail } from './log-files.js';
import { followFile } from './logs.js';
import { isAlive, type ProcessIdentity } from './process.js';
import type { VmRecord } from './record.js';
import { sshAnswers } from './ssh.js';
import { endedOrderly, observe } from './state.js';

/** `agent`: the guest agent answers; `ssh`: the guest's port 22 greets behind a forward; a marker: text on the first serial port. */
export type GuestTarget = 'running' | 'agent' | 'ssh' | { readonly marker: string };
export type WaitTarget = GuestTarget | 'stopped';

export interface WaitOptions {
  /** Seconds. Default: no end. */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One look: whether it is so by now. */
type Look = (signal: AbortSignal) => Promise<boolean>;

/** Reads the record anew. @throws VmError `state.no-such-vm`. */
type ReadRecord = () => Promise<VmRecord>;

/**
 * Waits for a guest that runs or is being started, and ends at once if its QEMU does.
 * @throws VmError `state.no-such-vm`; `no.timeout`; `qemu.died`, with its last words; `no.stopped` if the guest powered off first;
 *   `usage.wait` if this VM can never be so; the signal's reason.
 */
export async function waitForGuest(
  name: string,
  paths: VmPaths,
  read: ReadRecord,
  target: GuestTarget,
  { timeout = Number.POSITIVE_INFINITY, signal }: WaitOptions,
): Promise<void> {
  const stop = new AbortController();
  const late = () => stop.abort(inVain(name, target, timeout));
  const timer = timeout * 1000 > longestTimer ? undefined : setTimeout(late, timeout * 1000);
  try {
    const either = AbortSignal.any([stop.signal, ...(signal === undefined ? [] : [signal])]);
    await waitForTarget(paths, await waitForLaunch(read, either), target, either);
  } finally {
    clearTimeout(timer);
  }
}

function inVain(name: string, target: GuestTarget, seconds: number): VmError {
  const what = typeof target === 'string' ? target : JSON.stringify(target.marker);
  return new VmError('no.timeout', `${name}: waited ${seconds} s for ${what} in vain; the VM goes on`, {
    hint: `See what it does: vm logs ${name}, vm status ${name}.`,
  });
}

async function waitForLaunch(read: ReadRecord, signal: AbortSignal): Promise<VmRecord> {
  let record = await read();
  while (record.phase === 'starting') {
    await pause(interval, signal);
    record = await read();
  }
  return record;
}

async function waitForTarget(
  paths: VmPaths,
  record: VmRecord,
  target: GuestTarget,
  signal: AbortSignal,
): Promise<void> {
  const qemu = livingQemu(paths, record);
  if (qemu === undefined) throw ended(paths, record);
  if (typeof target === 'object') await waitForMarker(paths, record, target.marker, qemu, signal);
  else await repeat(lookFor(target, paths, record), paths, record, qemu, signal);
}

const interval = 0.1;

async function repeat(
  look: Look,
  paths: VmPaths,
  record: VmRecord,
  qemu: ProcessIdentity,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const alive = isAlive(qemu);
    if (await look(signal)) return;
    if (!alive) throw ended(paths, record);
    await pause(interval, signal);
  }
}

/** What is there already counts; a marker that two reads cut in two as well. */
async function waitForMarker(
  paths: VmPaths,
  record: VmRecord,
  marker: string,
  qemu: ProcessIdentity,
  signal: AbortSignal,
): Promise<void> {
  const wanted = Buffer.from(marker);
  if (wanted.length === 0) return;
  const log = markerLog(record.plan);
  let kept = Buffer.alloc(0);
  for await (const chunk of followFile(log, () => isAlive(qemu), signal)) {
    const text = Buffer.concat([kept, chunk]);
    if (text.includes(wanted)) return;
    kept = text.subarray(Math.max(0, text.length - wanted.length + 1));
  }
  signal.throwIfAborted();
  throw ended(paths, record);
}

/** @throws VmError `usage.wait` if a VM of this plan can never be so. */
export function checkTarget(plan: VmPlan, target: GuestTarget): void {
  if (typeof target === 'object') markerLog(plan);
  else if (target === 'agent') agentSocket(plan);
  else if (target === 'ssh') sshForward(plan);
}

function lookFor(target: 'running' | 'agent' | 'ssh', paths: VmPaths, record: VmRecord): Look {
  switch (target) {
    case 'running':
      return async () => (await observe(paths, record)).state === 'running';
    case 'agent': {
      const socket = agentSocket(record.plan);
      return (signal) => pingGuestAgent(socket, { timeout: 2, signal });
    }
    case 'ssh': {
      const { hostAddress, hostPort } = sshForward(record.plan);
      const host = hostAddress === '0.0.0.0' ? '127.0.0.1' : hostAddress;
      return (signal) => sshAnswers(host, hostPort, signal);
    }
  }
}

function markerLog(plan: VmPlan): string {
  const log = firstSerialLog(plan);
  if (log !== undefined) return log;
  throw new VmError('usage.wait', `${plan.name} has no serial port to print on`, {
    hint: 'The spec says it with serial: [{type: socket}].',
  });
}

function agentSocket({ name, devices }: VmPlan): string {
  const agent = devices.find((device) => device.kind === 'guestAgent');
  if (agent === undefined) {
    throw new VmError('usage.wait', `${name} has no guest agent to wait for`, {
      hint: 'The spec says it with guestAgent: true.',
    });
  }
  return agent.socket;
}

const sshPort = 22;

function sshForward({ name, devices }: VmPlan): PortForward {
  const forward = devices
    .flatMap((device) =>
      device.kind === 'network' && device.backend.type === 'user' ? device.backend.forwards : [],
    )
    .find(({ protocol, guestPort }) => protocol === 'tcp' && guestPort === sshPort);
  if (forward === undefined) {
    throw new VmError('usage.wait', `${name} has no forward to the guest's port ${sshPort}`, {
      hint: 'The spec says it with networks: [{type: user, forwards: ["2222:22"]}].',
    });
  }
  return forward;
}

/** @param record of a VM whose QEMU is gone. */
function ended(paths: VmPaths, record: VmRecord): VmError {
  const { name, plan } = record;
  if (endedOrderly(paths, record)) return new VmError('no.stopped', `${name} stopped before that`);
  return new VmError('qemu.died', `the QEMU of ${name} died`, {
    hint: `See vm logs ${name} and vm logs ${name} --qemu.`,
    details: readTail(plan.paths.qemuLog, 10),
  });
}

/** Waits until a QEMU is gone. @throws VmError `no.timeout`; the signal's reason. */
export async function waitForEnd(
  name: string,
  qemu: ProcessIdentity,
  { timeout = Number.POSITIVE_INFINITY, signal }: WaitOptions,
): Promise<void> {
  const deadline = now() + timeout * 1000;
  while (isAlive(qemu)) {
    if (now() >= deadline)
      throw new VmError('no.timeout', `${name}: waited ${timeout} s for its end in vain; it goes on`);
    await pause(0.02, signal);
  }
}
