import { describe, expect, it } from 'vitest';
import { type ErrorCode, exitCodes, VmError } from '../src/errors.js';

describe('exitCodes', () => {
  it('are the documented ones: scripts branch on them', () => {
    expect(exitCodes).toEqual({
      done: 0,
      no: 1,
      spec: 2,
      import: 2,
      host: 3,
      qemu: 4,
      qmp: 5,
      state: 6,
      usage: 64,
      internal: 70,
      interrupted: 130,
    });
  });
});

describe('VmError', () => {
  it.each<[ErrorCode, number]>([
    ['no.timeout', 1],
    ['spec.unknown-key', 2],
    ['host.cpu-offline', 3],
    ['qemu.died', 4],
    ['qmp.no-greeting', 5],
    ['state.no-such-vm', 6],
    ['usage.unknown-verb', 64],
    ['interrupted.signal', 130],
    ['spec.with.dots', 2],
  ])('takes the exit code of %s from its family: %i', (code, exitCode) => {
    expect(new VmError(code, 'What is wrong.').exitCode).toBe(exitCode);
  });

  it('refuses to compile with a code of no family', () => {
    // @ts-expect-error: there is no family `disk`
    const error = new VmError('disk.missing', 'What is wrong.');
    expect(error.exitCode).toBeUndefined();
  });

  it('has neither hint nor cause nor details unless they are given', () => {
    const error = new VmError('host.disk', 'disk.raw is not here.');
    expect(error).toMatchObject({
      code: 'host.disk',
      message: 'disk.raw is not here.',
      name: 'VmError',
      details: [],
    });
    expect(error.hint).toBeUndefined();
    expect('cause' in error).toBe(false);
  });

  it('carries hint, cause and details', () => {
    const cause = new Error('ENOENT');
    const error = new VmError('host.disk', 'disk.raw is not here.', {
      hint: 'Make it.',
      cause,
      details: ['a', 'b'],
    });
    expect(error.hint).toBe('Make it.');
    expect(error.cause).toBe(cause);
    expect(error.details).toEqual(['a', 'b']);
  });

  it('is an Error, and a subclass keeps its own name', () => {
    class DiskError extends VmError {}
    const error = new DiskError('host.disk', 'disk.raw is not here.');
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(VmError);
    expect(error.name).toBe('DiskError');
    expect(String(error)).toBe('DiskError: disk.raw is not here.');
  });
});
