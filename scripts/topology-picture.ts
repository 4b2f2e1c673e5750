/**
 * Makes docs/topology.svg, and prints the same as `vm host topology` shows it in a terminal, for the README.
 *
 * Usage: npm run topology-picture
 */
import { writeFile } from 'node:fs/promises';
import { plain } from '../src/cli/render/style.js';
import { renderTopology } from '../src/cli/render/topology.js';
import { renderTopologySvg } from '../src/cli/render/topology-svg.js';
import { exampleMap } from './topology-picture/example.js';

const target = new URL('../docs/topology.svg', import.meta.url);
await writeFile(target, renderTopologySvg(exampleMap()));
process.stdout.write(renderTopology(exampleMap(), plain, 100));
process.stderr.write(`${target.pathname} is written.\n`);
