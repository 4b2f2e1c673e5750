import { describe, expect, it } from 'vitest';
import { argv } from '../../src/command/argv.js';
import { compileCommand } from '../../src/command/compile-plan.js';
import { explain } from '../../src/command/explain.js';
import { load, plan } from '../support/planning.js';

const text =
  'cpu:\n  vcpus: 2\ndisks:\n  - source: a.img\nqemu:\n  extraArgs: [-k, de]\nmemory:\n  locked: false\n';

describe('explain', () => {
  const command = compileCommand(plan(text));
  const explained = explain(command, load(text).locate);

  it('explains every option, in the order of the command line', () => {
    expect(explained.flatMap(({ flag, value }) => (value === null ? [flag] : [flag, value]))).toEqual(
      argv(command).slice(1),
    );
    for (const { why } of explained) expect(why).toMatch(/^\S.+\.$/);
  });

  it('names the line of the spec, and none for a default', () => {
    const at = (flag: string) => explained.find((option) => option.flag === flag)?.at;
    expect(at('-smp')).toBe('/specs/worker.yaml:2');
    expect(at('-blockdev')).toBe('/specs/worker.yaml:4');
    expect(at('-overcommit')).toBe('/specs/worker.yaml:8');
    expect(at('-m')).toBeNull();
    expect(at('-object')).toBe('/specs/worker.yaml:7');
    expect(at('-S')).toBeNull();
    expect(explained.at(-1)).toMatchObject({
      flag: 'de',
      key: 'qemu.extraArgs[1]',
      at: '/specs/worker.yaml:6',
    });
  });
});
