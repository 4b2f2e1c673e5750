/** A hundred VMs at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, type Line, type Result } from './line.js';
import { commandLine, peakMemory } from './processes.js';
import { launchRaw, type RawRun } from './raw-launch.js';
import { idleSpec, readsAmong } from './read.js';
import { inTurns, median, medianOf } from './samples.js';
import type { World } from './world.js';

const count = 100;
const names = Array.from({ length: count }, (_, index) => `many${index}`);

export async function measureHundred(world: World): Promise<Result> {
  const { folder, record } = world;
  const specs = names.map((name) => folder.writeSpec(name, idleSpec(world.accelerator)));
  const peaks: number[] = [];
  const left: number[] = [];
  const reads: Line[] = [];
  const rounds = Math.max(1, Math.round(world.rounds / 5));
  const up = async (round: number) => {
    const { time, peak } = await upAll(world, specs);
    peaks.push(peak);
    left.push(folder.processes().filter((pid) => !commandLine(pid).includes('qemu-system')).length);
    if (round === rounds - 1) {
      await folder.settle();
      reads.push(...(await readsAmong(world, count, 40, 'many50')));
    }
    await folder.downAll();
    return time;
  };
  const samples = await inTurns(
    [
      { id: 'raw launches', measure: () => rawAll(world) },
      { id: 'vm up', measure: up },
    ],
    rounds,
  );
  record('hundred', samples);
  const from = { 'vm up': medianOf(samples, 'vm up'), 'raw launches': medianOf(samples, 'raw launches') };
  return {
    missing: [],
    lines: [
      atMost(1.2, {
        id: 'up-100',
        what: `vm up of ${count} VMs, against as many raw launches at once`,
        unit: 'times',
        value: from['vm up'] / from['raw launches'],
        from,
      }),
      atMost(150, {
        id: 'up-100-memory',
        what: `memory of vm up of ${count} VMs`,
        unit: 'MiB',
        value: median(peaks) / 1024 ** 2,
        from: {},
      }),
      atMost(0, {
        id: 'up-100-resident',
        what: 'processes of vm that stay after it',
        unit: 'processes',
        value: Math.max(...left),
        from: {},
      }),
      ...reads,
    ],
  };
}

/** @returns milliseconds, and the most memory that `vm` held, in bytes. */
async function upAll({ folder }: World, specs: readonly string[]): Promise<{ time: number; peak: number }> {
  let peak = 0;
  let done = false;
  const watch = async (pid: number) => {
    while (!done) {
      peak = peakMemory(pid) ?? peak;
      await sleep(20);
    }
  };
  let watching: Promise<void> = Promise.resolve();
  const { time } = await folder.vm(['up', ...specs], {
    onSpawn: ({ pid }) => {
      if (pid !== undefined) watching = watch(pid);
    },
  });
  done = true;
  await watching;
  return { time, peak };
}

async function rawAll({ folder, accelerator }: World): Promise<number> {
  const start = performance.now();
  const vm = { folder: folder.path, accelerator, vcpus: 1, memory: 32, cpus: [] };
  const started: RawRun[] = await Promise.all(names.map((name) => launchRaw({ ...vm, name })));
  const time = performance.now() - start;
  await Promise.all(started.map(({ end }) => end()));
  return time;
}
