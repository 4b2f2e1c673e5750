/** What every measurement is given. */
import type { BenchFolder } from './bench-folder.js';
import { timed } from './processes.js';
import { inTurns, medianOf, type Samples, type Subject } from './samples.js';

export interface World {
  readonly folder: BenchFolder;
  readonly rounds: number;
  /** How this machine runs guests: `kvm` or `tcg`. */
  readonly accelerator: string;
  readonly libvirt: boolean;
  /** Every sample goes here too, for the file of figures. */
  readonly record: (group: string, samples: Samples) => void;
}

/** What there is to start a program in Node at all. */
export const bareNode: Subject = {
  id: 'node',
  measure: async () => (await timed([process.execPath, '-e', '0'])).time,
};

/** Measures in turns, keeps the samples. @returns the median of each. */
export async function medians(
  { rounds, record }: Pick<World, 'rounds' | 'record'>,
  group: string,
  subjects: readonly Subject[],
): Promise<(id: string) => number> {
  const samples = await inTurns(subjects, rounds);
  record(group, samples);
  return (id) => medianOf(samples, id);
}
