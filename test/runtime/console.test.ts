import { describe, expect, it } from 'vitest';
import { queueOf } from '../../src/runtime/console.js';

describe('queueOf', () => {
  it('tells a connection that was taken from one that waits behind another', () => {
    expect(queueOf({ accepted: true, waiting: false })).toBe('taken');
    expect(queueOf({ accepted: true, waiting: true })).toBe('held');
    expect(queueOf({ accepted: false, waiting: true })).toBe('waiting');
  });

  it('takes it for taken where the kernel does not know the socket', () => {
    expect(queueOf(undefined)).toBe('taken');
  });
});
