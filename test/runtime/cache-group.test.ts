import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CacheGroupPlan, CacheWays } from '../../src/plan/cache/allocation.js';
import {
  enterCacheGroup,
  giveBackCacheGroup,
  refuseTakenCacheGroup,
  takeCacheGroup,
} from '../../src/runtime/cache-group.js';
import { FakeResctrl } from '../support/fake-resctrl.js';

const root = '/sys/fs/resctrl';

function group(name: string, mask: number, ofDefault: number | null = null): CacheGroupPlan {
  return { group: name, vcpus: [0], ways: [{ resource: 'L3', domain: 0, mask, ofDefault }], bandwidth: [] };
}

function host(options: { minWays?: number; maxGroups?: number; sparse?: boolean } = {}): FakeResctrl {
  return new FakeResctrl({
    schemata: 'L3:0=fffff;1=fffff\nMB:0=100;1=100',
    all: 0xfffff,
    threads: [41, 42, 43],
    ...options,
  });
}

const defaultOf = (files: FakeResctrl) => files.text(`${root}/schemata`)?.split('\n')[0];

describe('a share of its own', () => {
  it('is a group with its ways, beside a default group that keeps its own', () => {
    const files = host();
    takeCacheGroup({ ...group('vm-db', 0xf0000), bandwidth: [{ domain: 0, value: 50 }] }, files);
    expect(files.journal).toEqual(['mkdir vm-db', 'vm-db/schemata: L3:0=f0000', 'vm-db/schemata: MB:0=50']);
  });

  it('is taken from the default group where it is exclusive, after the group has it', () => {
    const files = host();
    takeCacheGroup(group('vm-db', 0xf0000, 0xfffff), files);
    expect(files.journal).toEqual(['mkdir vm-db', 'vm-db/schemata: L3:0=f0000', 'schemata: L3:0=ffff']);
  });

  it('has the threads that are put into it, one at a time', () => {
    const files = host();
    takeCacheGroup(group('vm-db', 0xf0000), files);
    enterCacheGroup({ group: 'vm-db' }, [41, 43], files);
    expect(files.journal.slice(2)).toEqual(['vm-db/tasks: 41', 'vm-db/tasks: 43']);
    expect(files.text(`${root}/tasks`)).toBe('42\n');
  });

  it('is given back, the default group first, so that a killed clean-up can be done again', () => {
    const files = host();
    const plan = group('vm-db', 0xf0000, 0xfffff);
    takeCacheGroup(plan, files);
    files.journal.length = 0;
    giveBackCacheGroup(plan, [], files);
    giveBackCacheGroup(plan, [], files);
    expect(files.journal).toEqual(['schemata: L3:0=fffff', 'rmdir vm-db']);
    expect(files.text(`${root}/tasks`)).toBe('41\n42\n43\n');
  });
});

describe('what the kernel refuses', () => {
  it('is told in its own words', () => {
    expect(() => takeCacheGroup(group('vm-db', 0b101), host())).toThrow(
      expect.objectContaining({
        code: 'host.resctrl',
        message: "can't write L3:0=5 to /sys/fs/resctrl/vm-db/schemata: EINVAL",
        details: ['The kernel says: The mask 5 has non-consecutive 1-bits'],
      }),
    );
    expect(() => takeCacheGroup(group('vm-db', 0xf), host({ maxGroups: 1 }))).toThrow(
      expect.objectContaining({ details: ['The kernel says: Out of CLOSIDs'] }),
    );
  });

  it('leaves a half-made group that can be given back', () => {
    const files = host();
    const plan = group('vm-db', 0b101, 0xfffff);
    expect(() => takeCacheGroup(plan, files)).toThrow();
    giveBackCacheGroup(plan, [], files);
    expect(files.names()).toEqual(['info']);
    expect(defaultOf(files)).toBe('L3:0=fffff;1=fffff');
  });

  it('is a thread that is gone', () => {
    const files = host();
    takeCacheGroup(group('vm-db', 0xf), files);
    expect(() => enterCacheGroup({ group: 'vm-db' }, [99], files)).toThrow(
      "can't put thread 99 into /sys/fs/resctrl/vm-db/tasks: ESRCH",
    );
  });

  it('is a group that is there already, before anything is done', () => {
    const files = host();
    refuseTakenCacheGroup({ group: 'vm-db' }, files);
    files.makeFolder(`${root}/vm-db`);
    expect(() => refuseTakenCacheGroup({ group: 'vm-db' }, files)).toThrow(
      /rmdir|which no VM is known to have/,
    );
  });
});

it('gives the default group all of its ways back, in whatever order VMs end', () => {
  const masks = [0xf0000, 0xf000, 0xf00];
  const order = fc.shuffledSubarray([0, 1, 2], { minLength: 3 });
  fc.assert(
    fc.property(order, fc.boolean(), (ends, sparse) => {
      const files = host({ sparse });
      const plans = masks.map((mask, index) => group(`vm-${index}`, mask, 0xfffff));
      for (const plan of plans) takeCacheGroup(plan, files);
      expect(defaultOf(files)).toBe('L3:0=ff;1=fffff');
      const alive = new Set(plans);
      for (const index of ends) {
        const plan = plans[index];
        if (plan === undefined) continue;
        alive.delete(plan);
        const others: CacheWays[] = [...alive].flatMap(({ ways }) => ways);
        giveBackCacheGroup(plan, others, files);
      }
      expect(defaultOf(files)).toBe('L3:0=fffff;1=fffff');
    }),
  );
});
