/** Runs the program in this process, on a library that the test has mocked, and tells what it printed. */
import { afterEach, beforeEach, vi } from 'vitest';
import { runProgram } from '../../../src/cli/program.js';
import { fail } from '../../../src/cli/report.js';

export interface Printed {
  stdout: string;
  stderr: string;
  code: number;
}

/** Call it at the top of a test file; `run` then takes a line of arguments. */
export function inProcess(): { run(line: string): Promise<Printed> } {
  const printed: Printed = { stdout: '', stderr: '', code: 0 };
  beforeEach(() => {
    Object.assign(printed, { stdout: '', stderr: '', code: 0 });
    vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest) => take('stdout', text, rest));
    vi.spyOn(process.stderr, 'write').mockImplementation((text, ...rest) => take('stderr', text, rest));
  });
  afterEach(() => {
    process.exitCode = undefined;
  });

  function take(stream: 'stdout' | 'stderr', text: string | Uint8Array, rest: readonly unknown[]): boolean {
    printed[stream] += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  }

  async function run(line: string): Promise<Printed> {
    await runProgram(line.split(' ')).catch(fail);
    return { ...printed, code: Number(process.exitCode ?? 0) };
  }
  return { run };
}
