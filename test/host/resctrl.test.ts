import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readResctrl } from '../../src/host/resctrl.js';
import { openRoot } from '../../src/host/root.js';
import type { NoResctrl, ResctrlFacts } from '../../src/plan/cache/facts.js';
import { parseSchemata } from '../../src/plan/cache/schemata.js';
import { writeTree } from '../support/hosts.js';
import { skipBecause } from '../support/skip.js';

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'vm-resctrl-'));
});
afterEach(() => rmSync(tree, { recursive: true }));

const info = 'sys/fs/resctrl/info';

function found(facts: ResctrlFacts | NoResctrl): ResctrlFacts {
  if ('lacks' in facts) throw new Error(`lacks ${facts.lacks}`);
  return facts;
}

describe('where caches are not shared out', () => {
  it('says that the CPU can not', () => {
    expect(readResctrl(openRoot(tree), { cpuFlags: ['fpu', 'rdt_a'], vendor: 'intel' })).toEqual({
      lacks: 'cpu',
    });
  });

  it('says that the kernel can not', () => {
    writeTree(tree, { 'proc/filesystems': 'nodev\tsysfs\n\text4\n' });
    expect(readResctrl(openRoot(tree), { cpuFlags: ['cat_l3'], vendor: 'intel' })).toEqual({
      lacks: 'kernel',
    });
  });

  it('says that it is not mounted', () => {
    writeTree(tree, { 'proc/filesystems': 'nodev\tresctrl\n' });
    expect(readResctrl(openRoot(tree), { cpuFlags: ['mba'], vendor: 'intel' })).toEqual({ lacks: 'mount' });
    expect(readResctrl(openRoot(tree), { cpuFlags: null, vendor: 'intel' })).toEqual({ lacks: 'mount' });
  });
});

it('reads resources, groups and the caches with their CPUs', () => {
  writeTree(tree, {
    [`${info}/L3/cbm_mask`]: '7ff\n',
    [`${info}/L3/min_cbm_bits`]: '2\n',
    [`${info}/L3/num_closids`]: '16\n',
    [`${info}/L3/shareable_bits`]: '600\n',
    [`${info}/L3/sparse_masks`]: '1\n',
    [`${info}/L3_MON/num_rmids`]: '176\n',
    [`${info}/MB/min_bandwidth`]: '10\n',
    [`${info}/MB/bandwidth_gran`]: '10\n',
    [`${info}/MB/num_closids`]: '8\n',
    'sys/fs/resctrl/schemata': '    MB:0=100\n    L3:0=7ff\n',
    'sys/fs/resctrl/mine/schemata': 'L3:0=00f\n',
    'sys/fs/resctrl/mon_groups/only/tasks': '',
    'sys/devices/system/cpu/cpu0/cache/index3/level': '3\n',
    'sys/devices/system/cpu/cpu0/cache/index3/id': '0\n',
    'sys/devices/system/cpu/cpu0/cache/index3/shared_cpu_list': '0-1\n',
    'sys/devices/system/cpu/cpu0/cache/index0/level': '1\n',
    'sys/devices/system/cpu/cpu0/cache/index0/id': '0\n',
    'sys/devices/system/cpu/cpu0/cache/index0/shared_cpu_list': '0\n',
  });
  expect(found(readResctrl(openRoot(tree), { cpuFlags: null, vendor: 'intel' }))).toEqual({
    caches: [{ name: 'L3', all: 0x7ff, minWays: 2, shareable: 0x600, sparse: true, maxGroups: 16 }],
    bandwidth: { unit: 'percent', min: 10, step: 10, maxGroups: 8 },
    groups: [
      { name: '', schemata: parseSchemata('MB:0=100\nL3:0=7ff') },
      { name: 'mine', schemata: parseSchemata('L3:0=f') },
    ],
    domains: [{ level: 3, id: 0, cpus: [0, 1] }],
  });
});

it('knows the units of memory bandwidth', () => {
  writeTree(tree, { [`${info}/MB/min_bandwidth`]: '0\n', [`${info}/MB/bandwidth_gran`]: '1\n' });
  expect(found(readResctrl(openRoot(tree), { cpuFlags: null, vendor: 'amd' })).bandwidth?.unit).toBe(
    '1/8 GB/s',
  );
  writeTree(tree, { 'proc/mounts': 'resctrl /sys/fs/resctrl resctrl rw,relatime,mba_MBps 0 0\n' });
  expect(found(readResctrl(openRoot(tree), { cpuFlags: null, vendor: 'intel' })).bandwidth).toMatchObject({
    unit: 'MB/s',
    min: 1,
    step: 1,
  });
});

describe('captured machines', () => {
  const captures = resolve('../shared/resctrl');
  skipBecause(existsSync(captures) ? undefined : 'the captured resctrl trees are not here');

  /** What no group holds, not even the default one; beside each machine stands what that is. */
  it.each(['', '-cdp', '-skx', '-skx-twocaches', '-amd', '-mba_MBps'])('linux-resctrl%s', (machine) => {
    const expected = parseSchemata(readFileSync(join(captures, `resctrl${machine}.schemata`), 'utf8'));
    const { caches, groups } = found(
      readResctrl(captureRoot(join(captures, `linux-resctrl${machine}`)), { cpuFlags: null, vendor: null }),
    );
    for (const { name, all } of caches) {
      for (const [domain, free] of expected.get(name) ?? []) {
        const used = groups.reduce((mask, group) => mask | (group.schemata.get(name)?.get(domain) ?? 0), 0);
        expect([name, domain, (all & ~used) >>> 0]).toEqual([name, domain, free]);
      }
    }
  });

  /** A capture is the resctrl folder alone. */
  function captureRoot(folder: string) {
    const root = openRoot(folder);
    const inside = (path: string) => path.replace('/sys/fs/resctrl', '') || '/';
    return {
      ...root,
      text: (path: string) => root.text(inside(path)),
      names: (path: string) => root.names(inside(path)),
    };
  }
});
