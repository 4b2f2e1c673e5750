import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderHostDocs } from '../../scripts/host-docs/render.js';
import { settings } from '../../src/host/settings/registry.js';
import { keptPaths } from '../../src/host/tuning/kept-text.js';

const docs = readFileSync(join(import.meta.dirname, '../../docs/host.md'), 'utf8');

describe('docs/host.md', () => {
  it('is what the settings give: run `npm run host-docs` where this fails', () => {
    expect(docs).toBe(renderHostDocs(settings));
  });

  it('has every setting once, with its reason, its risk and its source', () => {
    const ids = [...docs.matchAll(/^#### `(.*)`$/gm)].map(([, id]) => id);
    expect(new Set(ids)).toEqual(new Set(settings.map(({ id }) => id)));
    expect(ids).toHaveLength(settings.length);
    for (const { why, risk, source } of settings)
      for (const text of [why, risk, source]) expect(docs).toContain(text);
  });

  it('names every file that is written', () => {
    for (const path of Object.values(keptPaths)) expect(docs).toContain(`\`${path}\``);
  });
});
