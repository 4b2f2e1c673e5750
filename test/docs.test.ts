/** What docs/notes.md tells people to write is a spec. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load } from './support/planning.js';

const text = readFileSync(join(import.meta.dirname, '../docs/notes.md'), 'utf8');
const blocks = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block = '']) => block);
const inline = [...text.matchAll(/`([a-z]+: [[{][^`…]*[\]}])`/g)].map(([, words = '']) => words);

/** What an example takes for granted. */
const around: Readonly<Record<string, string>> = {
  'placement: { vcpus: "1-4,11-14" }': 'cpu: {vcpus: 8}\n',
  'numa:': 'cpu: {vcpus: 8}\nmemory: {size: 16GiB}\n',
};

describe('docs/notes.md', () => {
  it('has examples', () => {
    expect([blocks.length, inline.length]).toEqual([3, 6]);
  });

  it.each([...blocks, ...inline])('%s', (example) => {
    const more = Object.entries(around).find(([start]) => example.startsWith(start))?.[1] ?? '';
    expect(load(`${more}${example}`).spec.name).toBe('worker');
  });
});
