/**
 * Makes docs/spec.md from the schema of the spec.
 *
 * Usage: npm run spec-docs
 */
import { writeFile } from 'node:fs/promises';
import { specJsonSchema } from '../src/spec/json-schema.js';
import { renderSpecDocs } from './spec-docs/render.js';

const target = new URL('../docs/spec.md', import.meta.url);
await writeFile(target, renderSpecDocs(specJsonSchema()));
process.stderr.write(`${target.pathname} is written.\n`);
