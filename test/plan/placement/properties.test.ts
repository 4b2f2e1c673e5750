import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim, HostFacts } from '../../../src/plan/facts.js';
import { type PlacementResult, planPlacement } from '../../../src/plan/placement/placement.js';
import { vmSpecSchema } from '../../../src/spec/schema.js';
import { hostFacts } from '../../support/hosts.js';

const hosts = fc
  .record({
    sockets: fc.integer({ min: 1, max: 3 }),
    nodesPerSocket: fc.integer({ min: 1, max: 3 }),
    l3PerNode: fc.integer({ min: 1, max: 3 }),
    coresPerL3: fc.integer({ min: 1, max: 5 }),
    threads: fc.constantFrom(1, 2, 2, 4),
    numbering: fc.constantFrom('near' as const, 'far' as const),
    l3PerSocket: fc.boolean(),
    efficiencyCores: fc.constantFrom(0, 0, 0, 4, 6),
    offline: fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 4 }),
    isolated: fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 12 }),
    allowed: fc.option(fc.uniqueArray(fc.integer({ min: 0, max: 80 }), { minLength: 1, maxLength: 60 })),
  })
  .map((description) => hostFacts(description));

const wishes = fc.array(
  fc.record({
    vcpus: fc.integer({ min: 1, max: 24 }),
    placement: fc.record({
      vcpus: fc.constantFrom('auto', 'auto', 'strict'),
      reserve: fc.constantFrom('auto', 'auto', 'none', '1'),
      exclusive: fc.constantFrom(true, true, false),
    }),
  }),
  { minLength: 1, maxLength: 8 },
);

interface Step {
  readonly vm: string;
  readonly claims: readonly Claim[];
  readonly reserve: string;
  readonly exclusive: boolean;
  readonly vcpus: number;
  readonly result: PlacementResult;
}

/** Plans VMs one after the other, each knowing what those before it hold. */
function planAll(
  host: HostFacts,
  list: readonly { vcpus: number; placement: { reserve: string } }[],
): Step[] {
  const claims: Claim[] = [];
  return list.map(({ vcpus, placement }, index) => {
    const vm = `vm${index}`;
    const spec = vmSpecSchema.parse({ name: vm, cpu: { vcpus }, placement, ioThreads: 1 });
    const before = [...claims];
    const result = planPlacement({ spec, host, claims: before });
    claims.push({ vm, exclusiveCpus: result.placement.exclusiveCpus });
    return {
      vm,
      claims: before,
      reserve: placement.reserve,
      exclusive: spec.placement.exclusive,
      vcpus,
      result,
    };
  });
}

const pinnedOf = ({ placement }: PlacementResult): number[] =>
  placement.vcpus.flatMap(({ cpu }) => (cpu === null ? [] : [cpu]));

/** Runs a check on every VM of every mix. */
function always(check: (step: Step, host: HostFacts) => void): void {
  fc.assert(
    fc.property(hosts, wishes, (host, list) => {
      for (const step of planAll(host, list)) check(step, host);
    }),
    { numRuns: 120 },
  );
}

describe('auto, over random machines and mixes of VMs', () => {
  it('always places every vCPU, on CPUs that are online and allowed', () => {
    always(({ result, vcpus }, host) => {
      expect(result.placement.vcpus.map(({ vcpu }) => vcpu)).toEqual(
        Array.from({ length: vcpus }, (_, index) => index),
      );
      const usable = new Set(
        host.cpus
          .filter((cpu) => cpu.online && (host.allowedCpus?.includes(cpu.cpu) ?? true))
          .map((cpu) => cpu.cpu),
      );
      const { emulator, vhost, ioThreads } = result.placement;
      for (const cpu of [
        ...result.placement.vcpus.flatMap(({ cpus }) => cpus),
        ...emulator,
        ...vhost,
        ...ioThreads.flat(),
      ]) {
        expect(usable).toContain(cpu);
      }
      if (usable.size > 0) expect(result.placement.vcpus.every(({ cpus }) => cpus.length > 0)).toBe(true);
    });
  });

  it('gives no CPU twice', () => {
    always(({ result, claims }) => {
      const pinned = pinnedOf(result);
      expect(new Set(pinned).size).toBe(pinned.length);
      const held = new Set(claims.flatMap(({ exclusiveCpus }) => exclusiveCpus));
      expect(pinned.filter((cpu) => held.has(cpu))).toEqual([]);
      const floats = result.placement.vcpus.flatMap(({ cpus }) => cpus).filter((cpu) => held.has(cpu));
      if (floats.length > 0) expect(result.placement.relaxed.join()).toContain('share CPUs with other VMs');
    });
  });

  it('takes no half of a core, except where one vCPU a core is the rule or it says so', () => {
    always(({ result, claims, vcpus }, host) => {
      const pinned = new Set(pinnedOf(result));
      const held = new Set(claims.flatMap(({ exclusiveCpus }) => exclusiveCpus));
      const isSaid = result.placement.relaxed.some((sentence) => sentence.includes('share cores'));
      const isSaidOfOthers = result.placement.relaxed.some((sentence) =>
        sentence.startsWith('vCPUs share cores with other VMs'),
      );
      for (const cpu of pinned) {
        const siblings = host.cpus[cpu]?.siblings ?? [];
        if (!isSaidOfOthers) expect(siblings.filter((sibling) => held.has(sibling))).toEqual([]);
        const isWhole = siblings.every(
          (sibling) => pinned.has(sibling) || !(host.allowedCpus?.includes(sibling) ?? true),
        );
        const isAlone = siblings.every((sibling) => sibling === cpu || !pinned.has(sibling));
        expect(isWhole || isSaid || (isAlone && result.topology.threads === 1 && pinned.size === vcpus)).toBe(
          true,
        );
      }
    });
  });

  it('floats only where there are fewer free CPUs of a kind than vCPUs', () => {
    always(({ result, claims, reserve, exclusive, vcpus }, host) => {
      if (result.placement.vcpus.every(({ cpu }) => cpu !== null)) return;
      const held = new Set(claims.flatMap(({ exclusiveCpus }) => exclusiveCpus));
      const free = host.cpus.filter(
        ({ cpu, online }) =>
          online && (host.allowedCpus?.includes(cpu) ?? true) && !held.has(cpu) && `${cpu}` !== reserve,
      );
      for (const kind of new Set(free.map((cpu) => cpu.kind)))
        expect(free.filter((cpu) => cpu.kind === kind).length).toBeLessThan(vcpus);
      const isExclusiveSaid = result.placement.relaxed.join().includes('placement.exclusive is lost');
      expect(result.placement.exclusiveCpus).toEqual([]);
      expect(isExclusiveSaid).toBe(exclusive);
    });
  });

  it('shows the guest siblings that are siblings, and a topology that comes to its vCPUs', () => {
    always(({ result, vcpus }, host) => {
      const { sockets, dies, cores, threads } = result.topology;
      expect(sockets * dies * cores * threads).toBe(vcpus);
      expect([sockets, dies, cores, threads].every((count) => Number.isInteger(count) && count >= 1)).toBe(
        true,
      );
      if (threads === 1) return;
      for (const { vcpu, cpu } of result.placement.vcpus) {
        const first = result.placement.vcpus[vcpu - (vcpu % threads)]?.cpu;
        expect(host.cpus[cpu ?? -1]?.siblings).toContain(first);
      }
    });
  });

  it('keeps what is reserved, or says that it does not', () => {
    always(({ result, reserve }, host) => {
      const { housekeeping, relaxed } = result.placement;
      const used = new Set(result.placement.vcpus.flatMap(({ cpus }) => cpus));
      expect(
        housekeeping.filter((cpu) => used.has(cpu) && !relaxed.join().includes("stay the host's")),
      ).toEqual([]);
      if (reserve === 'auto' && housekeeping.length === 0 && host.cpus.some((cpu) => cpu.online)) {
        const isConfinedOut = !host.cpus.some(
          (cpu) => cpu.online && (host.allowedCpus?.includes(cpu.cpu) ?? true),
        );
        expect(isConfinedOut || relaxed.some((sentence) => sentence.startsWith('the first core'))).toBe(true);
      }
    });
  });

  it("keeps QEMU's own threads off pinned vCPUs, or says that it does not", () => {
    always(({ result }) => {
      const pinned = new Set(pinnedOf(result));
      const shared = result.placement.emulator.filter((cpu) => pinned.has(cpu));
      if (shared.length > 0) expect(result.placement.relaxed.join()).toContain("QEMU's own threads share");
    });
  });

  it('mixes no kinds, and spreads over nodes or L3 domains only where it says so', () => {
    always(({ result }, host) => {
      const cpus = pinnedOf(result).map((cpu) => host.cpus[cpu]);
      const said = result.placement.relaxed.join();
      expect(new Set(cpus.map((cpu) => cpu?.kind)).size).toBeLessThan(2);
      if (new Set(cpus.map((cpu) => cpu?.node)).size > 1) expect(said).toContain('spread over nodes');
      if (new Set(cpus.map((cpu) => cpu?.l3.join())).size > 1) expect(said).toContain('L3 domains');
    });
  });

  it('keeps real-time vCPUs apart from all other threads, or gives real time up and says so', () => {
    fc.assert(
      fc.property(hosts, wishes, (host, list) => {
        const claims: Claim[] = [];
        for (const [index, { vcpus, placement }] of list.entries()) {
          const scheduler = { policy: index % 2 === 0 ? 'fifo' : 'other' };
          const name = `vm${index}`;
          const wish = {
            name,
            cpu: { vcpus },
            placement: { ...placement, vcpus: 'auto', scheduler },
            ioThreads: 1,
          };
          const { placement: planned } = planPlacement({ spec: vmSpecSchema.parse(wish), host, claims });
          const { emulator, ioThreads } = planned;
          const threadCpus = [...emulator, ...ioThreads.flat()];
          if (planned.scheduler?.policy === 'fifo') {
            const beside = new Set([...threadCpus, ...claims.flatMap((claim) => claim.threadCpus ?? [])]);
            expect(planned.vcpus.filter(({ cpu }) => cpu === null || beside.has(cpu))).toEqual([]);
          } else if (index % 2 === 0) {
            expect(planned.relaxed.join()).toContain('the vCPUs are not real-time');
          }
          claims.push({ vm: name, exclusiveCpus: planned.exclusiveCpus, threadCpus });
        }
      }),
      { numRuns: 80 },
    );
  });

  it('gives the same plan for the same input', () => {
    fc.assert(
      fc.property(hosts, wishes, (host, list) => {
        expect(planAll(host, list)).toEqual(planAll(structuredClone(host), structuredClone(list)));
      }),
      { numRuns: 50 },
    );
  });
});

describe('best fit', () => {
  const plainHosts = fc
    .record({
      sockets: fc.integer({ min: 1, max: 2 }),
      nodesPerSocket: fc.integer({ min: 1, max: 2 }),
      l3PerNode: fc.integer({ min: 1, max: 4 }),
      coresPerL3: fc.integer({ min: 2, max: 6 }),
      threads: fc.constantFrom(1, 2),
    })
    .map((description) => hostFacts(description));

  /** Free whole cores of each L3 domain, in the order of the machine. */
  function freeByDomain(host: HostFacts, taken: ReadonlySet<number>): Map<string, number> {
    const free = new Map<string, number>();
    for (const { cpu, siblings, l3 } of host.cpus) {
      const isFree = siblings[0] === cpu && siblings.every((sibling) => !taken.has(sibling));
      free.set(l3.join(), (free.get(l3.join()) ?? 0) + Number(isFree));
    }
    return free;
  }

  it('never leaves less room for big VMs than the first domain that fits would', () => {
    fc.assert(
      fc.property(plainHosts, wishes, (host, list) => {
        for (const { result, claims } of planAll(host, list)) {
          const used = pinnedOf(result).map((cpu) => host.cpus[cpu]);
          const domains = new Set(used.map((cpu) => cpu?.l3.join() ?? ''));
          if (domains.size !== 1 || result.placement.relaxed.length > 0) continue;
          const need = new Set(used.map((cpu) => cpu?.siblings[0])).size;
          const held = claims.flatMap(({ exclusiveCpus }) => exclusiveCpus);
          const before = freeByDomain(host, new Set([...held, ...result.placement.housekeeping]));
          const roomAfter = (chosen: string) =>
            [...before]
              .map(([domain, free]) => (domain === chosen ? free - need : free))
              .sort((a, b) => b - a);
          const [best = ''] = domains;
          const [first = ''] = [...before].find(([, free]) => free >= need) ?? [];
          // The largest gap that is left, then the next: in the order of a dictionary.
          const difference = roomAfter(best)
            .map((room, index) => room - (roomAfter(first)[index] ?? 0))
            .find((one) => one !== 0);
          expect(difference ?? 0).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('on a big machine', () => {
  it('plans 500 VMs on 1,024 CPUs, and gives none of them twice (scripts/placement-bench.ts says how fast)', () => {
    const host = hostFacts({ sockets: 4, nodesPerSocket: 2, l3PerNode: 8, coresPerL3: 8, threads: 2 });
    expect(host.cpus).toHaveLength(1024);
    const list = Array.from({ length: 500 }, (_, index) => ({
      vcpus: index % 50 === 0 ? 16 : 1 + (index % 2),
      placement: { reserve: 'auto' },
    }));
    const steps = planAll(host, list);
    expect(new Set(steps.flatMap(({ result }) => pinnedOf(result))).size).toBe(
      steps.flatMap(({ result }) => pinnedOf(result)).length,
    );
  });
});
