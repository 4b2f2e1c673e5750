import { describe, expect, it } from 'vitest';
import { queueOf } from '../../src/runtime/console.js';

const table = (...rows: readonly (readonly [state: string, path: string])[]) =>
  [
    'Num       RefCount Protocol Flags    Type St Inode Path',
    '0000000072ebb29b: 00000002 00000000 00010000 0001 01 128669 /run/vm/a/serial.sock',
    ...rows.map(
      ([state, path]) => `0000000072ebb29b: 00000003 00000000 00000000 0001 ${state}     0 ${path}`,
    ),
    '',
  ].join('\n');

describe('queueOf', () => {
  const path = '/run/vm/a/serial.sock';

  it('tells a connection that was taken from one that waits behind another', () => {
    expect(queueOf(path, table(['03', path]))).toBe('taken');
    expect(queueOf(path, table(['03', path], ['02', path]))).toBe('held');
    expect(queueOf(path, table(['02', path], ['03', path]))).toBe('held');
    expect(queueOf(path, table(['02', path]))).toBe('waiting');
  });

  it('looks at this socket only', () => {
    expect(queueOf(path, table(['03', path], ['02', `${path}1`], ['02', `/x${path}`]))).toBe('taken');
    expect(queueOf(path, '')).toBe('taken');
  });
});
