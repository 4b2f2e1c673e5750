/** What `vm up --timings` tells, over several starts. */
import { atMost, type Result } from './line.js';
import { inTurns, median, medianOf, type Samples } from './samples.js';
import { smallSpec } from './up.js';
import type { World } from './world.js';

const threads = 64;

/** All vCPUs on one CPU, QEMU's own threads on the other: each thread has to be moved. */
const wideSpec = (accelerator: string) => `machine: {accelerator: ${accelerator}}
cpu: {vcpus: ${threads}}
memory: {size: 256MiB}
placement:
  vcpus: {${Array.from({ length: threads }, (_, index) => `${index}: "1"`).join(', ')}}
  emulator: "0"
  reserve: none
  exclusive: false
`;

export async function measurePinning(world: World): Promise<Result> {
  const { folder, accelerator, rounds, record } = world;
  const name = 'wide';
  folder.writeSpec(name, wideSpec(accelerator));
  const measure = async () => (await stepsOfUp(world, name)).get('place threads') ?? Number.NaN;
  const samples = await inTurns([{ id: 'place threads', measure }], rounds);
  record('pin', samples);
  const value = medianOf(samples, 'place threads');
  const what = `pinning ${threads} threads`;
  return { lines: [atMost(60, { id: 'pin', what, unit: 'ms', value, from: {} })], missing: [] };
}

/** The steps of `vm up` in their order, with the median of each. */
export async function profileUp(world: World): Promise<Map<string, number>> {
  const { folder, accelerator, rounds, record } = world;
  const name = 'small';
  folder.writeSpec(name, smallSpec(folder.disk, accelerator));
  const steps = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    const one = await stepsOfUp(world, name);
    for (const [step, time] of one) steps.set(step, [...(steps.get(step) ?? []), time]);
  }
  record('profile', steps satisfies Samples);
  return new Map([...steps].map(([step, times]) => [step, median(times)]));
}

async function stepsOfUp({ folder }: World, name: string): Promise<Map<string, number>> {
  const { stderr } = await folder.vm(['up', name, '--timings']);
  await folder.vm(['down', name, '--force']);
  const rows = stderr.matchAll(/^(\S.*?) +([\d.]+) ms$/gm);
  return new Map([...rows].map(([, step = '', time]) => [step, Number(time)]));
}
