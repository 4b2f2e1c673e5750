/** Repeated measurements, taken in turns so that a load that comes and goes meets all of them alike. */

/** Something that is timed. */
export interface Subject {
  readonly id: string;
  /** @returns milliseconds. */
  readonly measure: (round: number) => Promise<number>;
}

/** Milliseconds, by the id of what was measured, one a round. */
export type Samples = ReadonlyMap<string, readonly number[]>;

/** Measures each subject once a round. What the first round costs, caches that are filled, is left out. */
export async function inTurns(subjects: readonly Subject[], rounds: number): Promise<Samples> {
  const samples = new Map<string, number[]>(subjects.map(({ id }) => [id, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const { id, measure } of subjects) {
      const time = await measure(round);
      if (round >= 0) samples.get(id)?.push(time);
    }
  }
  return samples;
}

/** The middle one; of an even number, the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2;
}

export function medianOf(samples: Samples, id: string): number {
  return median(samples.get(id) ?? []);
}
