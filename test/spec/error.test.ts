import { describe, expect, it } from 'vitest';
import { VmError } from '../../src/errors.js';
import { headline, SpecError, type SpecIssue } from '../../src/spec/error.js';

const issue = (more: Partial<SpecIssue> = {}): SpecIssue => ({
  file: '/vms/a.yaml',
  line: 2,
  column: 3,
  key: 'cpu.vcpu',
  message: 'unknown key',
  ...more,
});
const texts = new Map([
  ['/vms/a.yaml', 'cpu:\n  vcpu: 2\n'],
  ['/vms/base.yaml', 'rng: 1\n'],
]);

describe('SpecError', () => {
  it('with one issue has it as its message and the frame as details', () => {
    const error = new SpecError([issue({ hint: 'did you mean vcpus?' })], texts);
    expect(error).toBeInstanceOf(VmError);
    expect(error.message).toBe('/vms/a.yaml:2:3: cpu.vcpu: unknown key; did you mean vcpus?');
    expect(error.details).toEqual(['  1 | cpu:', '> 2 |   vcpu: 2', '    |   ^']);
    expect([error.code, error.exitCode, error.name]).toEqual(['spec.invalid', 2, 'SpecError']);
  });

  it('with several counts them and shows each with its frame, by file and position', () => {
    const base = issue({ file: '/vms/base.yaml', line: 1, column: 6, key: 'rng', message: 'b' });
    const set = issue({ file: '--set', line: 1, column: 1, key: 'x', message: 'c' });
    const error = new SpecError(
      [set, base, issue({ message: 'a2' }), issue({ line: 1, column: 1, key: '', message: 'a1' })],
      texts,
      '/vms',
    );
    expect(error.message).toBe('4 errors in the spec');
    expect(error.details).toEqual([
      'a.yaml:1:1: a1',
      '> 1 | cpu:',
      '    | ^',
      '  2 |   vcpu: 2',
      '',
      'a.yaml:2:3: cpu.vcpu: a2',
      '  1 | cpu:',
      '> 2 |   vcpu: 2',
      '    |   ^',
      '',
      'base.yaml:1:6: rng: b',
      '> 1 | rng: 1',
      '    |      ^',
      '',
      '--set x: c',
    ]);
  });

  it('shows fifty and counts the rest', () => {
    const error = new SpecError(Array.from({ length: 53 }, (_, index) => issue({ line: index + 1 })));
    expect(error.message).toBe('53 errors in the spec');
    expect(error.issues).toHaveLength(53);
    expect(error.details.filter((line) => line.includes('unknown key'))).toHaveLength(50);
    expect(error.details.at(-1)).toBe('and 3 more');
  });

  it('is the same seen from another folder', () => {
    const error = new SpecError([issue()], texts).shownFrom('/vms');
    expect(error.message).toBe('a.yaml:2:3: cpu.vcpu: unknown key');
    expect(error.details).toHaveLength(3);
  });
});

describe('headline', () => {
  it('shows files below the folder relative to it, others whole', () => {
    const file = (folder: string) => headline(issue(), folder).split(':')[0];
    expect([file('/'), file('/vms'), file('/vms/a'), file('/vm')]).toEqual([
      'vms/a.yaml',
      'a.yaml',
      '/vms/a.yaml',
      '/vms/a.yaml',
    ]);
  });

  it('escapes a file name', () => {
    expect(headline(issue({ file: '/a\n\x1b.yaml' }))).toBe('/a\\x0a\\x1b.yaml:2:3: cpu.vcpu: unknown key');
  });
});
