/**
 * Makes docs/host.md from the settings of the host.
 *
 * Usage: npm run host-docs
 */
import { writeFile } from 'node:fs/promises';
import { settings } from '../src/host/settings/registry.js';
import { renderHostDocs } from './host-docs/render.js';

const target = new URL('../docs/host.md', import.meta.url);
await writeFile(target, renderHostDocs(settings));
process.stderr.write(`${target.pathname} is written.\n`);
