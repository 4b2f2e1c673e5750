import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { exampleMap } from '../../scripts/topology-picture/example.js';
import { plain } from '../../src/cli/render/style.js';
import { renderTopology } from '../../src/cli/render/topology.js';
import { renderTopologySvg } from '../../src/cli/render/topology-svg.js';

it('the picture of the README is what the renderers give: run `npm run topology-picture` where this fails', () => {
  expect(readFileSync('docs/topology.svg', 'utf8')).toBe(renderTopologySvg(exampleMap()));
  const readme = readFileSync('README.md', 'utf8');
  expect(readme).toContain('(docs/topology.svg)');
  expect(readme).toContain(renderTopology(exampleMap(), plain, 100));
});
