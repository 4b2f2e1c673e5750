import { describe, expect, it } from 'vitest';
import type { CacheWays } from '../../../src/plan/cache/allocation.js';
import type { CacheResource, NoResctrl, ResctrlFacts } from '../../../src/plan/cache/facts.js';
import { planCacheGroups } from '../../../src/plan/cache/groups.js';
import { parseSchemata } from '../../../src/plan/cache/schemata.js';
import type { Decision, Finding } from '../../../src/plan/findings.js';
import type { VcpuPlacement } from '../../../src/plan/plan.js';
import { vmSpecSchema } from '../../../src/spec/schema.js';

const l3: CacheResource = { name: 'L3', all: 0xfffff, minWays: 2, shareable: 0, sparse: false, maxGroups: 4 };

/** Two sockets with four CPUs and one L3 cache each. */
function host(
  options: {
    caches?: CacheResource[];
    groups?: Record<string, string>;
    bandwidth?: ResctrlFacts['bandwidth'];
  } = {},
): ResctrlFacts {
  const { caches = [l3], groups = { '': 'L3:0=fffff;1=fffff\nMB:0=100;1=100' }, bandwidth = null } = options;
  return {
    caches,
    bandwidth,
    groups: Object.entries(groups).map(([name, text]) => ({ name, schemata: parseSchemata(text) })),
    domains: [
      { level: 3, id: 0, cpus: [0, 1, 2, 3] },
      { level: 3, id: 1, cpus: [4, 5, 6, 7] },
    ],
  };
}

function plan(
  cache: unknown,
  cpus: readonly number[],
  resctrl: ResctrlFacts | NoResctrl,
  claimed: readonly CacheWays[] = [],
) {
  const decisions: Decision[] = [];
  const findings: Finding[] = [];
  const vcpus = cpus.map((cpu, vcpu): VcpuPlacement => ({ vcpu, cpu, cpus: [cpu], node: 0, core: cpu }));
  const placement = {
    vcpus,
    emulator: [],
    ioThreads: [],
    vhost: [],
    housekeeping: [],
    exclusiveCpus: [],
    relaxed: [],
    reasons: [],
    scheduler: null,
  };
  const spec = vmSpecSchema.parse({ name: 'db', cpu: { vcpus: cpus.length }, placement: { cache } });
  const claims = [{ vm: 'other', exclusiveCpus: [], cacheWays: claimed }];
  const groups = planCacheGroups({ spec, resctrl, claims }, placement, {
    decide: (decision) => void decisions.push(decision),
    find: (finding) => void findings.push(finding),
  });
  return { groups, decisions, findings };
}

describe('planCacheGroups', () => {
  it('plans nothing for a spec that asks for nothing', () => {
    expect(plan(undefined, [2, 3], host())).toEqual({ groups: [], decisions: [], findings: [] });
  });

  it('gives ways only in the caches below which the vCPUs run', () => {
    expect(plan({ l3Ways: 4 }, [2, 3], host()).groups).toEqual([
      {
        group: 'vm-db',
        vcpus: [0, 1],
        ways: [{ resource: 'L3', domain: 0, mask: 0xf0000, ofDefault: null }],
        bandwidth: [],
      },
    ]);
    expect(plan({ l3Ways: 4 }, [3, 4], host()).groups[0]?.ways.map(({ domain }) => domain)).toEqual([0, 1]);
  });

  it('keeps out of the ways of other groups and of VMs that are only starting', () => {
    const resctrl = host({ groups: { '': 'L3:0=fffff;1=fffff', mine: 'L3:0=f0000;1=fffff' } });
    const claimed = [{ resource: 'L3', domain: 0, mask: 0xf000, ofDefault: null }];
    expect(plan({ l3Ways: 4 }, [1], resctrl, claimed).groups[0]?.ways[0]?.mask).toBe(0xf00);
  });

  it('remembers what the default group had before anybody took from it', () => {
    const resctrl = host({ groups: { '': 'L3:0=ffff;1=fffff' } });
    const claimed = [{ resource: 'L3', domain: 0, mask: 0xf0000, ofDefault: 0xfffff }];
    expect(plan({ l3Ways: 4, exclusive: true }, [1], resctrl, claimed).groups[0]?.ways).toEqual([
      { resource: 'L3', domain: 0, mask: 0xf000, ofDefault: 0xfffff },
    ]);
  });

  it.each([
    ['cpu', "this CPU can't share out its caches"],
    ['kernel', "this kernel can't share out caches"],
    ['mount', 'the file system by which caches are shared out is not mounted'],
  ] as const)('says that the %s is what lacks', (lacks, message) => {
    expect(plan({ l3Ways: 4 }, [1], { lacks }).findings).toMatchObject([{ severity: 'missing', message }]);
  });

  it('leaves the host what it must have', () => {
    expect(plan({ l3Ways: 19, exclusive: true }, [1], host()).findings.map(({ message }) => message)).toEqual(
      ["nothing of L3 of cache 0 would be left for the host's own programs"],
    );
  });

  it('says how many ways are free where too few are', () => {
    const resctrl = host({ groups: { '': 'L3:0=fffff;1=fffff', mine: 'L3:0=00ff0;1=fffff' } });
    expect(plan({ l3Ways: 10 }, [1], resctrl).findings.map(({ message }) => message)).toEqual([
      '10 neighbouring ways of L3 of cache 0 are not free: of 20, 12 are, at most 8 side by side',
    ]);
  });

  it('gives the fewest that the CPU can, and says so', () => {
    const { groups, findings } = plan({ l3Ways: 1 }, [1], host());
    expect(groups[0]?.ways[0]?.mask).toBe(0xc0000);
    expect(findings[0]?.severity).toBe('warning');
  });

  it('shares out code and data apart where the host does', () => {
    const caches = ['L3CODE', 'L3DATA'].map((name) => ({ ...l3, name }));
    const resctrl = host({ caches, groups: { '': 'L3CODE:0=fffff;1=fffff\nL3DATA:0=fffff;1=fffff' } });
    const ways = plan({ l3Ways: 4, l3CodeWays: 2 }, [1], resctrl).groups[0]?.ways;
    expect(ways?.map(({ resource, mask }) => [resource, mask])).toEqual([
      ['L3CODE', 0xc0000],
      ['L3DATA', 0xf0000],
    ]);
    expect(plan({ l3CodeWays: 2 }, [1], host()).findings[0]?.message).toBe(
      "this host can't share out L3 caches between code and data",
    );
  });

  it('gives each of several shares a group of its own, that do not overlap', () => {
    const { groups } = plan(
      [
        { vcpus: '0', l3Ways: 4 },
        { vcpus: '1', l3Ways: 4 },
      ],
      [1, 2],
      host(),
    );
    expect(groups.map(({ group, vcpus, ways }) => [group, vcpus, ways[0]?.mask])).toEqual([
      ['vm-db', [0], 0xf0000],
      ['vm-db.1', [1], 0xf000],
    ]);
  });

  it('refuses more groups than the CPU has', () => {
    const groups = { '': 'L3:0=fffff', a: 'L3:0=fffff', b: 'L3:0=fffff', c: 'L3:0=fffff' };
    expect(plan({ l3Ways: 2 }, [1], host({ groups })).findings[0]?.message).toBe(
      'this CPU has room for 4 groups of cache shares, and 4 are there already',
    );
  });

  it('says memory bandwidth in the unit of the host', () => {
    const percent = host({ bandwidth: { unit: 'percent', min: 10, step: 10, maxGroups: 4 } });
    const megabytes = host({ bandwidth: { unit: 'MB/s', min: 1, step: 1, maxGroups: 4 } });
    const eighths = host({ bandwidth: { unit: '1/8 GB/s', min: 0, step: 1, maxGroups: 4 } });
    const bandwidth = (wanted: unknown, resctrl: ResctrlFacts) => {
      const { groups, findings } = plan({ memoryBandwidth: wanted }, [1], resctrl);
      return groups[0]?.bandwidth[0]?.value ?? findings[0]?.message;
    };
    expect(bandwidth(42, percent)).toBe(50);
    expect(bandwidth('5000MB/s', megabytes)).toBe(5000);
    expect(bandwidth('5000MB/s', eighths)).toBe(40);
    expect(bandwidth(50, megabytes)).toBe('this host shares out memory bandwidth in MB/s, not in percent');
    expect(bandwidth('5000MB/s', percent)).toBe('this host shares out memory bandwidth in percent');
    expect(bandwidth(50, host())).toBe("this host can't share out memory bandwidth");
  });
});
