/** Plans a VM among those that live, and writes the plan down before the next launch plans. */
import { resolve } from 'node:path';
import { argv } from '../command/argv.js';
import { VmError } from '../errors.js';
import type { VmPaths } from '../plan/paths.js';
import type { VmPlan } from '../plan/plan.js';
import { stdinFile } from '../spec/position.js';
import { claimsOfOthers } from './claims.js';
import { lock } from './lock.js';
import type { CompileOptions, Draft, Planned } from './planned.js';
import { ourselves } from './process.js';
import { type VmRecord, writeRecord } from './record.js';
import { plannedResources, refuseTaken } from './resources.js';
import { claimsLock, vmRoots } from './roots.js';

export interface Reservation {
  readonly record: VmRecord;
  readonly planned: Planned;
}

type ReserveOptions = CompileOptions & { readonly signal?: AbortSignal | undefined };

/** Seconds that planning is waited for where several VMs start at once; it takes some milliseconds each. */
const patience = 60;

let turn: Promise<unknown> = Promise.resolve();

/**
 * One launch plans at a time: a CPU that this one claims is in its record before the next one looks.
 * @throws VmError for what this host lacks, with the code of the first finding.
 */
export function reserve(draft: Draft, paths: VmPaths, options: ReserveOptions): Promise<Reservation> {
  // Those of this process take turns here: each try for the lock is a process, and a hundred that try keep each other from their work.
  const reserved = turn.then(() => reserveAlone(draft, paths, options));
  turn = reserved.catch(() => undefined);
  return reserved;
}

async function reserveAlone(draft: Draft, paths: VmPaths, options: ReserveOptions): Promise<Reservation> {
  options.signal?.throwIfAborted();
  const roots = vmRoots();
  const { name } = draft.spec;
  const claims = await lock(claimsLock(roots), 'vm up', {
    subject: 'planning',
    timeout: patience,
    signal: options.signal,
  });
  try {
    const planned = await draft.plan(claimsOfOthers(roots, name));
    refuseMissing(planned.plan);
    const record = await firstRecord(draft, planned, options);
    refuseTaken(record.resources);
    return { planned, record: writeRecord(paths, record) };
  } finally {
    claims.remove();
  }
}

async function firstRecord(
  { spec, file }: Draft,
  { plan, command }: Planned,
  { overrides = [], cwd = process.cwd() }: CompileOptions,
): Promise<VmRecord> {
  return {
    version: 1,
    name: plan.name,
    spec,
    specFile: file === stdinFile ? null : file,
    overrides,
    cwd: resolve(cwd),
    plan,
    argv: argv(command),
    phase: 'starting',
    commander: ourselves(),
    qemu: null,
    startedAt: new Date().toISOString(),
    launchLogBytes: 0,
    resources: await plannedResources(plan),
  };
}

/**
 * What a plan only tells of, a launch can't do without.
 * @throws VmError with the code of the first finding, and all of them in words.
 */
export function refuseMissing({ findings }: Pick<VmPlan, 'findings'>): void {
  const missing = findings.filter(({ severity }) => severity === 'missing');
  const [first] = missing;
  if (first === undefined) return;
  if (missing.length === 1) {
    throw new VmError(
      first.code,
      `${first.key}: ${first.message}`,
      first.hint === undefined ? {} : { hint: first.hint },
    );
  }
  throw new VmError(first.code, `this host lacks ${missing.length} things that the spec wants`, {
    details: missing.map(
      ({ key, message, hint }) => `${key}: ${message}${hint === undefined ? '' : `. ${hint}`}`,
    ),
  });
}
