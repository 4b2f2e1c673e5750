import { describe, expect, it } from 'vitest';
import { plain } from '../../../src/cli/render/style.js';
import { renderScreen, renderTop, sorted } from '../../../src/cli/render/top.js';
import { displayWidth } from '../../../src/cli/render/width.js';
import { drawing } from '../../../src/cli/top/screen.js';
import type { VmLoad } from '../../../src/index.js';

const load = (name: string, more: Partial<VmLoad> = {}): VmLoad => ({
  name,
  pid: 7,
  cpu: 0,
  delay: 0,
  memory: 0,
  hugepages: 0,
  vcpus: [],
  disks: [],
  networks: [],
  ...more,
});

const web = load('web', {
  cpu: 1.25,
  delay: 0.004,
  memory: 64 * 1024 ** 2,
  vcpus: [{ vcpu: 0, threadId: 8, cpu: 0.9, delay: 0.004, migrations: null, switches: 12.4 }],
  disks: [{ id: 'disk0', readBytes: 2048, writtenBytes: 0, reads: 1, writes: 0 }],
  networks: [{ interface: 'tap0', receivedBytes: 10, sentBytes: 1024 ** 2 }],
});

describe('vm top', () => {
  it('has a line a VM, and one for each part', () => {
    expect(renderTop([web], plain)).toEqual([
      'VM                 CPU  DELAY  MIGR/S  SWITCH/S  MEMORY  HUGE  IN/S  OUT/S',
      'web             125.0%   0.4%                     64MiB    0B',
      '  vCPU 0         90.0%   0.4%       ?        12',
      '  disk disk0                                                   2KiB     0B',
      '  network tap0                                                  10B   1MiB',
    ]);
  });

  it('sorts by what the keys say', () => {
    const vms = [load('b', { cpu: 1 }), load('a', { memory: 5 }), load('c', { delay: 0.1 }), load('d')];
    const by = (key: Parameters<typeof sorted>[1]) => sorted(vms, key).map(({ name }) => name);
    expect([by('cpu'), by('delay'), by('memory'), by('name')]).toEqual([
      ['b', 'a', 'c', 'd'],
      ['c', 'a', 'b', 'd'],
      ['a', 'b', 'c', 'd'],
      ['a', 'b', 'c', 'd'],
    ]);
  });

  it.each([
    [20, 4],
    [74, 30],
    [200, 2],
    [1, 1],
  ])('fits a terminal of %i columns and %i rows', (columns, rows) => {
    const lines = renderScreen([web, web], 'cpu', { columns, rows }, plain);
    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
  });

  it('writes over the picture before, to the ends of lines and screen', () => {
    expect(drawing(['a', 'b'])).toBe('\x1b[Ha\x1b[K\r\nb\x1b[K\x1b[J');
  });
});
