/** What a running VM is, against what its spec would make of it now. Pure. */
import { createHash } from 'node:crypto';
import { remedy } from '../plan/live.js';
import type { VmPlan } from '../plan/plan.js';
import type { Remedy } from '../plan/remedy.js';
import { type ChangedKey, changedKeys } from '../spec/diff.js';
import type { VmSpec } from '../spec/schema.js';

export interface SpecChange extends Omit<ChangedKey, 'path'>, Remedy {}

/** An option of the command line that is only on one side. */
export interface CommandChange {
  readonly change: 'added' | 'removed';
  /** The spec; the QEMU that is there now; or the host, as it is now. */
  readonly cause: 'spec' | 'qemu' | 'host';
  readonly option: string;
}

export interface VmDiff {
  readonly name: string;
  readonly specFile: string;
  /** The strongest need of all changes; null: nothing changed. */
  readonly needs: Remedy['needs'] | null;
  readonly spec: readonly SpecChange[];
  /** Devices that would get another PCI address. */
  readonly pci: readonly { readonly id: string; readonly from: string; readonly to: string }[];
  /** Another QEMU than the one that runs; null: the same. */
  readonly qemu: { readonly from: string; readonly to: string } | null;
  readonly command: readonly CommandChange[];
}

interface Side {
  readonly spec: VmSpec;
  readonly plan: VmPlan;
  readonly argv: readonly string[];
}

export interface DiffInput {
  readonly specFile: string;
  readonly running: Side;
  /** The same spec, compiled for the host and the QEMU of now: what differs here is not the spec's doing. */
  readonly again: Pick<Side, 'plan' | 'argv'>;
  readonly now: Side;
}

export function diff({ specFile, running, again, now }: DiffInput): VmDiff {
  const keys = changedKeys(running.spec, now.spec);
  const renamed = keys.find(({ key }) => key === 'name');
  const input = { before: running, after: now };
  const spec = [...(renamed ? [renamed] : keys), ...seedChange(keys, input)].map(({ path, ...change }) => ({
    ...change,
    ...remedy({ path, ...change }, input),
  }));
  const qemu = otherQemu(running.plan, again.plan);
  // Under another name every path is another: there is nothing to compare.
  const command = renamed
    ? []
    : [
        ...changes(running.argv, again.argv, qemu === null ? 'host' : 'qemu'),
        ...changes(again.argv, now.argv, 'spec'),
      ];
  const pci = renamed ? [] : movedDevices(running.plan, now.plan);
  const needs = strongest([
    ...spec.map((change) => change.needs),
    ...(qemu !== null || command.some(({ cause }) => cause !== 'spec') ? (['restart'] as const) : []),
  ]);
  return { name: running.spec.name, specFile, needs, spec, pci, qemu, command };
}

function strongest(needs: readonly Remedy['needs'][]): Remedy['needs'] | null {
  return (['newVm', 'restart', 'live'] as const).find((need) => needs.includes(need)) ?? null;
}

/** A file of the seed may change while the spec that names it does not. */
function seedChange(
  keys: readonly ChangedKey[],
  { before, after }: { before: Side; after: Side },
): ChangedKey[] {
  const [from, to] = [before, after].map(({ plan: { seed } }) => seed && digest(seed.files));
  if (from === to || keys.some(({ path: [section] }) => section === 'cloudInit')) return [];
  return [{ key: 'cloudInit', path: ['cloudInit'], from: from ?? null, to: to ?? null }];
}

function digest(files: unknown): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16)}`;
}

function otherQemu(running: VmPlan, now: VmPlan): VmDiff['qemu'] {
  const [from, to] = [running, now].map(
    ({ qemuBinary, qemuVersion }) => `${qemuBinary}${qemuVersion === null ? '' : ` ${qemuVersion}`}`,
  );
  return from === undefined || to === undefined || from === to ? null : { from, to };
}

function changes(from: readonly string[], to: readonly string[], cause: CommandChange['cause']) {
  const [before, after] = [options(from), options(to)];
  const only = (own: readonly string[], others: readonly string[], change: CommandChange['change']) => {
    const left = [...others];
    return own.flatMap((option): CommandChange[] => {
      const at = left.indexOf(option);
      if (at === -1) return [{ change, cause, option }];
      left.splice(at, 1);
      return [];
    });
  };
  return [...only(before, after, 'removed'), ...only(after, before, 'added')];
}

/** A flag with the value behind it, as one text. */
function options([, ...words]: readonly string[]): string[] {
  const found: string[] = [];
  for (const word of words) {
    const last = found.at(-1);
    if (word.startsWith('-') || last === undefined || last.includes(' ')) found.push(word);
    else found[found.length - 1] = `${last} ${word}`;
  }
  return found;
}

function movedDevices(before: VmPlan, after: VmPlan): VmDiff['pci'] {
  const was = new Map(placed(before).map(({ identity, place }) => [identity, place]));
  return placed(after).flatMap(({ id, identity, place }) => {
    const from = was.get(identity);
    return from === undefined || from === place ? [] : [{ id, from, to: place }];
  });
}

/** A disk is the image in it, a device of the host itself: without an id they are numbered, and the number shifts when one before goes. */
function placed({ devices }: VmPlan): { id: string; identity: string; place: string }[] {
  return devices.flatMap((device) => {
    const pci = 'pci' in device ? device.pci : null;
    if (pci?.bus === undefined) return [];
    const source = 'source' in device ? JSON.stringify(device.source) : '""';
    const identity = `${device.kind} ${source === '""' ? device.id : source}`;
    return [{ id: device.id, identity, place: `${pci.bus} ${pci.addr ?? ''}` }];
  });
}
