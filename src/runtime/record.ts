/**
 * What is known of a VM, and the journal of its launch: whatever is to be taken is written down before it is taken, so that a launch
 * that was killed at any point can be undone by another process.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { VmPaths } from '../plan/paths.js';
import type { VmPlan } from '../plan/plan.js';
import type { VmSpec } from '../spec/schema.js';
import { draftOf, folderContent } from './folder.js';
import { completePlan } from './old-record.js';
import { pidfileHolder } from './pidfile.js';
import type { ProcessIdentity } from './process.js';
import type { Resource } from './resource-kinds.js';

export interface VmRecord {
  readonly version: 1;
  readonly name: string;
  readonly spec: VmSpec;
  /** The file that the spec came from; null: standard input. */
  readonly specFile: string | null;
  /** What `--set` changed of it, */
  readonly overrides: readonly string[];
  /** and where relative paths in that begin. */
  readonly cwd: string;
  readonly plan: VmPlan;
  /** What was spawned, the program first. */
  readonly argv: readonly string[];
  readonly phase: 'starting' | 'running' | 'stopping';
  /** The process that is starting or stopping it, or that started it. */
  readonly commander: ProcessIdentity;
  /** Null until QEMU was spawned. */
  readonly qemu: ProcessIdentity | null;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Bytes of QEMU's log when the launch was done: what is behind them was said by a running QEMU. */
  readonly launchLogBytes: number;
  /** Taken by the launch, to be given back in reverse order. */
  readonly resources: readonly Resource[];
}

/**
 * `none`: there is no VM; what is in its folder, if that is there, may be anybody's. `broken`: the file is no record of this version of
 * `vm`, among nothing but files of a VM, or it is gone while a QEMU holds the pidfile.
 */
export type RecordFile = VmRecord | 'none' | 'broken';

/** Never throws. */
export function readRecord(paths: VmPaths): RecordFile {
  const record = parseRecord(readText(paths.record));
  if (record !== undefined) return record;
  const damaged = existsSync(paths.record) && !folderContent(paths).foreign;
  return damaged || pidfileHolder(paths) !== undefined ? 'broken' : 'none';
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Checks what the verbs rely on; the spec and the plan are taken as written, but for what an earlier version did not know of. Pure.
 * @returns undefined for anything else.
 */
export function parseRecord(text: string): VmRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isRecord(value) ? { ...value, plan: completePlan(value.plan) } : undefined;
}

const phases: readonly unknown[] = ['starting', 'running', 'stopping'];

function isRecord(value: unknown): value is VmRecord {
  if (!isObject(value) || value.version !== 1) return false;
  const { name, plan, phase, commander, qemu, startedAt, resources, argv, overrides, cwd } = value;
  return (
    typeof name === 'string' &&
    typeof startedAt === 'string' &&
    typeof value.launchLogBytes === 'number' &&
    phases.includes(phase) &&
    isIdentity(commander) &&
    (qemu === null || isIdentity(qemu)) &&
    Array.isArray(resources) &&
    Array.isArray(argv) &&
    Array.isArray(overrides) &&
    typeof cwd === 'string' &&
    isPlan(plan)
  );
}

function isPlan(plan: unknown): boolean {
  return (
    isObject(plan) &&
    isObject(plan.paths) &&
    isObject(plan.cpu) &&
    isObject(plan.memory) &&
    isObject(plan.placement) &&
    Array.isArray(plan.devices)
  );
}

function isIdentity(value: unknown): boolean {
  return (
    isObject(value) &&
    Number.isSafeInteger(value.pid) &&
    Number(value.pid) > 0 &&
    typeof value.startTime === 'number' &&
    typeof value.bootId === 'string'
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Readers see the record before or the record after, never half of one. Only the holder of the VM's lock may write. */
export function writeRecord(paths: VmPaths, record: VmRecord): VmRecord {
  const temporary = draftOf(paths.record);
  writeFileSync(temporary, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  renameSync(temporary, paths.record);
  return record;
}
