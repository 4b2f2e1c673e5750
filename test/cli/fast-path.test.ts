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
    ['command demo'],
    ['up demo'],
    ['up demo ./other.yaml --paused --verify --timings'],
    ['down demo other --force'],
    ['down --all'],
    ['down'],
    ['__complete vms'],
    ['__complete'],
  ])('takes "vm %s"', (line) => {
    expect(fastPath(line.split(' '))).toBeTypeOf('function');
  });

  it.each([
    [''],
    ['up'],
    ['up -'],
    ['up demo --set cpu.vcpus=2'],
    ['up demo --wait agent'],
    ['up demo --forse'],
    ['up demo -h'],
    ['down demo --timeout 3s'],
    ['command'],
    ['command demo other'],
    ['command demo --format json'],
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
