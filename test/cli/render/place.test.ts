import { describe, expect, it } from 'vitest';
import { renderMoved } from '../../../src/cli/render/place.js';
import type { MovedThread, PlaceResult } from '../../../src/runtime/place-vm.js';

const result = (moved: readonly MovedThread[]): PlaceResult => ({
  threads: 7,
  moved,
  warnings: [],
  placement: {
    vcpus: [],
    emulator: [],
    ioThreads: [],
    vhost: [],
    housekeeping: [],
    exclusiveCpus: [],
    scheduler: null,
    relaxed: [],
    reasons: [],
  },
});

describe('renderMoved', () => {
  it('says that all was right', () => {
    expect(renderMoved('demo', result([]))).toBe('demo: all 7 threads are in their places\n');
  });

  it('has a line for each thread, with what was wrong', () => {
    const cpus = { from: [0, 1, 2], to: [4] };
    const scheduling = {
      from: { policy: 'other' as const, priority: null },
      to: { policy: 'fifo' as const, priority: 7 },
    };
    expect(
      renderMoved(
        'demo',
        result([
          { what: 'vCPU 0', threadId: 12, cpus, scheduling },
          { what: 'vCPU 1', threadId: 13, cpus: null, scheduling },
          { what: 'I/O thread 0', threadId: 14, cpus, scheduling: null },
        ]),
      ),
    ).toBe(
      `vCPU 0 (thread 12): CPUs 0-2 → 4, other → fifo 7
vCPU 1 (thread 13): other → fifo 7
I/O thread 0 (thread 14): CPUs 0-2 → 4
demo: 3 of 7 threads moved
`,
    );
  });
});
