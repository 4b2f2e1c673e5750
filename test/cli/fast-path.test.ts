import { describe, expect, it } from 'vitest';
import { fastPath } from '../../src/cli/fast-path.js';

describe('fastPath', () => {
  it.each([
    ['list'],
    ['list --format json'],
    ['list --format table'],
    ['status demo'],
    ['status demo other --format json'],
    ['console demo'],
    ['__complete vms'],
    ['__complete'],
  ])('takes "vm %s"', (line) => {
    expect(fastPath(line.split(' '))).toBeTypeOf('function');
  });

  it.each([
    [''],
    ['up demo'],
    ['list demo'],
    ['list --format'],
    ['list --format xml'],
    ['list --format=json'],
    ['list --format json --format table'],
    ['list --help'],
    ['list --formt json'],
    ['status'],
    ['status --format json'],
    ['status --format json demo'],
    ['status -h'],
    ['console'],
    ['console demo other'],
    ['console demo --port 1'],
    ['console demo --format json'],
    ['help list'],
  ])('leaves "vm %s" to commander', (line) => {
    expect(fastPath(line === '' ? [] : line.split(' '))).toBeUndefined();
  });
});
