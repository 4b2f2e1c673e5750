import { describe, expect, it } from 'vitest';
import type { VmState } from '../../src/runtime/state.js';
import { nextStep, vcpusByName } from '../../src/runtime/status.js';

describe('vcpusByName', () => {
  it('knows vCPUs by what QEMU called their threads', () => {
    const threads = [
      { name: 'qemu-system-x86', threadId: 1, cpus: [0] },
      { name: 'CPU 10/KVM', threadId: 4, cpus: [2] },
      { name: 'CPU 2/TCG', threadId: 3, cpus: [1] },
      { name: 'IO iothread0', threadId: 5, cpus: [0] },
    ];
    expect(vcpusByName(threads)).toEqual([
      { index: 2, threadId: 3, cpus: [1] },
      { index: 10, threadId: 4, cpus: [2] },
    ]);
  });
});

describe('nextStep', () => {
  const states: VmState[] = [
    'starting',
    'running',
    'paused',
    'stopping',
    'unresponsive',
    'crashed',
    'stopped',
  ];

  it.each(states)('has a command for a VM that is %s', (state) => {
    expect(nextStep('demo', state, 42, null)).toMatch(/vm (wait|console|resume|down|up) demo/);
  });

  it.each(['internal-error', 'guest-panicked'] as const)('is a reset first for a guest in %s', (status) => {
    expect(nextStep('demo', 'paused', 42, status)).toMatch(/vm reset demo, then: vm resume demo/);
    expect(nextStep('demo', 'paused', 42, 'io-error')).toBe('Let it go on with: vm resume demo.');
  });
});
