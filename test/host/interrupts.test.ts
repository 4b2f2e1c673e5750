import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readInterrupts } from '../../src/host/interrupts.js';
import { openRoot } from '../../src/host/root.js';
import { writeTree } from '../support/hosts.js';

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'vm-interrupts-'));
});
afterEach(() => rmSync(tree, { recursive: true }));

it('knows no interrupts of a tree that has none', () => {
  expect(readInterrupts(openRoot(tree))).toEqual({ irqs: [], ofNew: null, balanced: false });
});

it('reads where each may come, by list or mask, and new ones', () => {
  writeTree(tree, {
    'proc/irq/default_smp_affinity': '1,0000000f\n',
    'proc/irq/9/smp_affinity_list': '0-3\n',
    'proc/irq/24/smp_affinity': 'c\n',
    'proc/irq/24/node': '0\n',
    'proc/irq/30/node': '0\n',
    'run/irqbalance.pid': '1\n',
  });
  expect(readInterrupts(openRoot(tree))).toEqual({
    irqs: [
      { irq: 9, cpus: [0, 1, 2, 3] },
      { irq: 24, cpus: [2, 3] },
    ],
    ofNew: [0, 1, 2, 3, 32],
    balanced: true,
  });
});
