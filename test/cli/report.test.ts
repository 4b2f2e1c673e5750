import { describe, expect, it } from 'vitest';
import { Interrupted } from '../../src/cli/interrupt.js';
import { BrokenPipe } from '../../src/cli/output.js';
import { plain } from '../../src/cli/render/style.js';
import { exitCodeOf, renderError, wantsJson } from '../../src/cli/report.js';
import { VmError } from '../../src/errors.js';

const options = { json: false, debug: false, style: plain };
const error = new VmError('qemu.died', 'demo: QEMU died', {
  details: ['  line\tone', '  \x1b[31mtwo'],
  hint: 'Look at the log.',
});

describe('renderError', () => {
  it('shows message, details and hint, and no escape sequence of others', () => {
    expect(renderError(error, options)).toBe(
      'vm: demo: QEMU died\n  line  one\n  \\x1b[31mtwo\nhint: Look at the log.',
    );
  });

  it('needs neither details nor hint', () => {
    expect(renderError(new VmError('state.no-such-vm', 'no VM demo'), options)).toBe('vm: no VM demo');
  });

  it('is one line of JSON where that is asked for', () => {
    expect(JSON.parse(renderError(error, { ...options, json: true }))).toEqual({
      error: {
        code: 'qemu.died',
        message: 'demo: QEMU died',
        hint: 'Look at the log.',
        details: ['  line\tone', '  \x1b[31mtwo'],
      },
    });
    expect(renderError(error, { ...options, json: true })).not.toContain('\n');
  });

  it('calls anything else a defect, and shows where it is only for debugging', () => {
    const defect = new TypeError('x is undefined');
    expect(renderError(defect, options)).toBe(
      'vm: TypeError: x is undefined: this is a defect of vm\n' +
        'hint: Please report it, with what you did. VM_DEBUG=1 shows where it happened.',
    );
    expect(renderError(defect, { ...options, debug: true })).toMatch(
      /a defect of vm\n +at .*report\.test\.ts/,
    );
    expect(renderError('thrown text', options)).toContain('vm: thrown text: this is a defect of vm');
    expect(JSON.parse(renderError(defect, { ...options, json: true })).error.code).toBe('internal');
  });
});

describe('exitCodeOf', () => {
  it.each([
    [new VmError('no.timeout', ''), 1],
    [new VmError('spec.invalid', ''), 2],
    [new VmError('host.cpu-missing', ''), 3],
    [new VmError('qemu.died', ''), 4],
    [new VmError('qmp.held', ''), 5],
    [new VmError('state.locked', ''), 6],
    [new VmError('usage.option', ''), 64],
    [new Error(''), 70],
    [undefined, 70],
    [new Interrupted('SIGTERM'), 130],
    [new BrokenPipe(), 0],
  ])('%o', (thrown, code) => {
    expect(exitCodeOf(thrown)).toBe(code);
  });
});

describe('wantsJson', () => {
  it.each([
    [['list', '--format', 'json'], true],
    [['list', '--format=json'], true],
    [['list', '--format', 'table'], false],
    [['logs', 'json'], false],
    [[], false],
  ])('%j: %s', (args, expected) => {
    expect(wantsJson(args)).toBe(expected);
  });
});
