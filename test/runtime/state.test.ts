import { describe, expect, it } from 'vitest';
import { decideState, type Observation, type VmState } from '../../src/runtime/state.js';

const seen: Observation = {
  phase: 'running',
  commanded: false,
  process: 'alive',
  orderlyEnd: false,
  status: 'running',
};

const table: readonly (readonly [string, Partial<Observation>, VmState])[] = [
  ['it runs', {}, 'running'],
  ['the `vm` that started it lives on', { commanded: true }, 'running'],
  ['paused by the user', { status: 'paused' }, 'paused'],
  ['never let run', { status: 'prelaunch' }, 'paused'],
  ['the guest sleeps', { status: 'suspended' }, 'paused'],
  ['the guest panicked', { status: 'guest-panicked' }, 'paused'],
  ['KVM gave up', { status: 'internal-error' }, 'paused'],
  ['a disk is full', { status: 'io-error' }, 'paused'],
  ['the guest is off, QEMU not yet', { status: 'shutdown' }, 'stopping'],
  ['its monitors are taken', { status: 'held' }, 'running'],
  ['QEMU says nothing', { status: 'silent' }, 'unresponsive'],
  ['QEMU is frozen', { process: 'stopped', status: null }, 'unresponsive'],
  ['QEMU was killed', { process: 'gone', status: null }, 'crashed'],
  ['the guest powered off', { process: 'gone', orderlyEnd: true, status: null }, 'stopped'],
  ['a launch before QEMU', { phase: 'starting', commanded: true, process: 'gone', status: null }, 'starting'],
  ['a launch with QEMU', { phase: 'starting', commanded: true, status: null }, 'starting'],
  [
    'a launch whose `vm` was killed before QEMU',
    { phase: 'starting', process: 'gone', status: null },
    'stopped',
  ],
  ['a launch whose `vm` was killed after QEMU greeted', { phase: 'starting', status: 'prelaunch' }, 'paused'],
  ['a stop under way', { phase: 'stopping', commanded: true, status: null }, 'stopping'],
  [
    'a stop under way of a frozen QEMU',
    { phase: 'stopping', commanded: true, process: 'stopped', status: null },
    'unresponsive',
  ],
  [
    'a stop that cleans up',
    { phase: 'stopping', commanded: true, process: 'gone', status: null },
    'stopping',
  ],
  ['a stop whose `vm` was killed', { phase: 'stopping' }, 'running'],
  [
    'a stop whose `vm` was killed, and QEMU ended',
    { phase: 'stopping', process: 'gone', status: null },
    'stopped',
  ],
];

describe('decideState', () => {
  it.each(table)('%s', (_case, change, state) => {
    expect(decideState({ ...seen, ...change })).toBe(state);
  });
});
