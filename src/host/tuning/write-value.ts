/** Writes a value into a file of /proc or /sys, or of a tree that stands for them, and reads it back. */
import { constants } from 'node:fs';
import { access, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { VmError } from '../../errors.js';
import { reasonOf } from '../../runtime/thrown.js';
import { kernelWrite, settleWrites } from '../kernel-write.js';
import type { Root } from '../root.js';
import { configured, readValue, sameValue } from '../settings/reading.js';
import type { ValueChange } from '../settings/setting.js';

/** Seconds. Taking pages of KSM apart or reserving huge pages is work for the kernel; anything else answers at once. */
const patience = 60;

/**
 * Gives a file that is there a value.
 * @throws VmError `host.setting`: it is gone, refuses the value, hangs, or reads back as something else.
 */
export async function writeValue(root: Root, path: string, value: string): Promise<void> {
  await store(root, path, value);
  const after = readValue(root, path);
  const now = after.state === 'value' ? after.value : after.state;
  if (!sameValue(now, value)) throw refused(path, value, `it reads back as ${now}`);
}

/** The write alone: the kernel may have made something else of it. @throws VmError `host.setting` */
async function store(root: Root, path: string, value: string): Promise<void> {
  const before = root.text(path);
  const real = root.real(path);
  // In a tree only files that read as text are opened: a FIFO would block, a device would act.
  if (real === undefined || (before === undefined && !root.live))
    throw refused(path, value, 'it is not there');
  if (!root.live) return writeTree(real, shaped(before ?? '', value), path, value);
  const reason = await kernelWrite(real, `${value}\n`, patience);
  if (reason !== undefined) throw refused(path, value, reason);
}

/**
 * Waits for a write that a killed command has begun: it would change the value after we looked at it.
 * @throws VmError `host.sysfs`: it does not end.
 */
export async function settleValue(root: Root, path: string): Promise<void> {
  if (root.live) await settleWrites([path], patience);
}

/** Where a file of a tree is made ready; one that was killed leaves it. */
export function draftOf(real: string): string {
  return join(dirname(real), `.${basename(real)}.vm-new`);
}

/** Files of a tree neither hang nor refuse a value. Who is killed leaves the file before or the file after, as the kernel does. */
async function writeTree(real: string, text: string, path: string, value: string): Promise<void> {
  try {
    await access(real, constants.W_OK);
    const { mode } = await stat(real);
    await writeFile(draftOf(real), text, { mode });
    await rename(draftOf(real), real);
  } catch (error) {
    throw refused(path, value, reasonOf(error));
  }
}

function refused(path: string, value: string, reason: string): VmError {
  return new VmError('host.setting', `${path} can't be set to ${value}: ${reason}`, {
    hint: 'What was changed before is kept for "vm host revert".',
  });
}

/** A file of a tree shows the new value as the kernel would: the brackets move, the line ends as before. Pure. */
function shaped(before: string, value: string): string {
  const now = configured(before);
  const isChoice = before.includes(`[${now}]`) && before.split(/\s+/).includes(value);
  const end = before.endsWith('\n') ? '\n' : '';
  if (!isChoice) return `${value}${end}`;
  const words = before.trim().split(/\s+/);
  return `${words.map((word) => (word === value ? `[${word}]` : word === `[${now}]` ? now : word)).join(' ')}${end}`;
}

/** How often memory is compacted and the kernel asked again. */
const pageAttempts = 3;

/**
 * Makes a change, with what the kernel wants around it.
 * @throws VmError `host.setting`, and `host.hugepages` where fewer pages than asked for were found: those are kept.
 */
export async function writeChange(root: Root, change: Omit<ValueChange, 'kind' | 'from'>): Promise<void> {
  const { path, to, pages } = change;
  if (pages) return reservePages(root, path, Number(to));
  const around = change.while;
  const held = around === undefined ? undefined : readValue(root, around.path);
  if (around === undefined || held?.state !== 'value' || held.value === around.value) {
    return writeValue(root, path, to);
  }
  await writeValue(root, around.path, around.value);
  try {
    await writeValue(root, path, to);
  } finally {
    await writeValue(root, around.path, held.value);
  }
}

async function reservePages(root: Root, path: string, wanted: number): Promise<void> {
  const compact = '/proc/sys/vm/compact_memory';
  for (let attempt = 0; ; attempt++) {
    await store(root, path, `${wanted}`);
    const reading = readValue(root, path);
    const count = reading.state === 'value' ? Number(reading.value) : 0;
    if (count >= wanted) return;
    if (attempt === pageAttempts) throw tooFew(path, count, wanted);
    // Where memory cannot be compacted, the next attempt shows it.
    if (root.live) await kernelWrite(compact, '1\n', patience);
  }
}

function tooFew(path: string, count: number, wanted: number): VmError {
  return new VmError('host.hugepages', `${path}: the kernel found ${count} pages of ${wanted}`, {
    hint: 'Memory is too fragmented or too full: end what takes it, or reserve the pages at boot (--persist).',
  });
}
