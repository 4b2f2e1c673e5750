/** Broken specs, each beside the errors that it draws: `broken/NAME.spec` and `broken/NAME.error`. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headline, SpecError } from '../../src/spec/error.js';
import { loadSpec } from '../../src/spec/load.js';
import type { SpecSource } from '../../src/spec/source.js';

const folder = join(import.meta.dirname, 'broken');
const names = readdirSync(folder)
  .filter((entry) => entry.endsWith('.spec'))
  .map((entry) => entry.slice(0, -'.spec'.length));

const read = (file: string): SpecSource => ({ file, folder: dirname(file), text: readFileSync(file) });

function errorOf(name: string): unknown {
  try {
    return loadSpec(read(join(folder, `${name}.spec`)), { read }).spec;
  } catch (error) {
    return error;
  }
}

describe('broken specs', () => {
  it('are many', () => {
    expect(names.length).toBeGreaterThan(100);
  });

  it.each(names)('%s', (name) => {
    const error = errorOf(name);
    expect(error).toBeInstanceOf(SpecError);
    const lines = (error as SpecError).issues.map((issue) => headline(issue, folder));
    expect(`${lines.join('\n')}\n`).toBe(readFileSync(join(folder, `${name}.error`), 'utf8'));
  });
});
