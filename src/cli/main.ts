#!/usr/bin/env node
/** The entry of `vm`. */
import { fastPath } from './fast-path.js';
import { quietStreams } from './output.js';
import { fail } from './report.js';

async function main(args: readonly string[]): Promise<void> {
  const fast = fastPath(args);
  if (fast) await fast();
  else await (await import('./program.js')).runProgram(args);
}

quietStreams();
main(process.argv.slice(2)).catch(fail);
