/** `vm top`: what the running VMs do, again and again. */
import pidusage from 'pidusage';
import { openRoot } from '../../host/root.js';
import { pause } from '../../qmp/limits.js';
import { livingQemu } from '../alive.js';
import { livingRecords } from '../claims.js';
import { pathsOf } from '../names.js';
import { vmRoots } from '../roots.js';
import { noSuchVm } from '../unknown.js';
import { loadBetween, type VmLoad } from './rates.js';
import { sampleVm, type VmSample } from './sample.js';

export interface TopOptions {
  /** Seconds between two answers, each of which is about the time since the last. Default: 1. */
  readonly interval?: number | undefined;
  /** Aborting it ends the answers. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What VMs do, for as long as the caller takes answers. VMs that come and go meanwhile are in the next one, or no longer.
 * @param names those to watch; none: all that run.
 * @throws VmError `state.no-such-vm` if one that is named does not run at the start.
 */
export async function* top(
  names: readonly string[] = [],
  { interval = 1, signal }: TopOptions = {},
): AsyncGenerator<readonly VmLoad[], void, undefined> {
  const running = runningVms(names);
  const absent = names.find((name) => running.every((vm) => vm.name !== name));
  if (absent !== undefined) throw noSuchVm(absent);
  try {
    let before = await sampleAll(names);
    while (!signal?.aborted) {
      await pause(interval, signal).catch(() => undefined);
      if (signal?.aborted) return;
      const after = await sampleAll(names);
      yield after.flatMap(({ sample, cpu }) => {
        const then = before.find((one) => one.sample.pid === sample.pid);
        return then === undefined ? [] : [loadBetween(then.sample, sample, cpu)];
      });
      before = after;
    }
  } finally {
    pidusage.clear();
  }
}

interface Taken {
  readonly sample: VmSample;
  /** Since the time before, of a CPU. */
  readonly cpu: number;
}

async function sampleAll(names: readonly string[]): Promise<Taken[]> {
  const root = openRoot();
  const taken = await Promise.all(
    runningVms(names).map(async ({ name, pid, plan }): Promise<Taken | undefined> => {
      // It rejects for a process that ended a moment ago.
      const usage = await pidusage(pid).catch(() => undefined);
      const sample = await sampleVm(root, name, pid, plan);
      return usage === undefined ? undefined : { sample, cpu: usage.cpu / 100 };
    }),
  );
  return taken.filter((one) => one !== undefined);
}

function runningVms(names: readonly string[]) {
  return livingRecords(vmRoots()).flatMap((record) => {
    const qemu = livingQemu(pathsOf(record.name), record);
    const wanted = names.length === 0 || names.includes(record.name);
    return qemu === undefined || !wanted ? [] : [{ name: record.name, pid: qemu.pid, plan: record.plan }];
  });
}
