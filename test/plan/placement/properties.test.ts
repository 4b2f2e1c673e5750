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

  it('floats only where there are fewer free CPUs than vCPUs', () => {
    always(({ result, claims, reserve, exclusive, vcpus }, host) => {
      if (result.placement.vcpus.every(({ cpu }) => cpu !== null)) return;
      const held = new Set(claims.flatMap(({ exclusiveCpus }) => exclusiveCpus));
      const free = host.cpus.filter(
        ({ cpu, online }) =>
          online && (host.allowedCpus?.includes(cpu) ?? true) && !held.has(cpu) && `${cpu}` !== reserve,
      );
      expect(free.length).toBeLessThan(vcpus);
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

  it('mixes kinds, spreads over nodes or L3 domains only where it says so', () => {
    always(({ result }, host) => {
      const cpus = pinnedOf(result).map((cpu) => host.cpus[cpu]);
      const said = result.placement.relaxed.join();
      if (new Set(cpus.map((cpu) => cpu?.kind)).size > 1) expect(said).toContain('are mixed');
      if (new Set(cpus.map((cpu) => cpu?.node)).size > 1) expect(said).toContain('spread over nodes');
      if (new Set(cpus.map((cpu) => cpu?.l3.join())).size > 1) expect(said).toContain('L3 domains');
    });
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

describe('on a big machine', () => {
  it('plans 500 VMs on 1,024 CPUs in milliseconds each', () => {
    const host = hostFacts({ sockets: 4, nodesPerSocket: 2, l3PerNode: 8, coresPerL3: 8, threads: 2 });
    expect(host.cpus).toHaveLength(1024);
    const list = Array.from({ length: 500 }, (_, index) => ({
      vcpus: index % 50 === 0 ? 16 : 1 + (index % 2),
      placement: { reserve: 'auto' },
    }));
    // Processor time, not the clock's: other tests run beside this one.
    const before = process.cpuUsage();
    const steps = planAll(host, list);
    const { user, system } = process.cpuUsage(before);
    const average = (user + system) / 1000 / steps.length;
    expect(new Set(steps.flatMap(({ result }) => pinnedOf(result))).size).toBe(
      steps.flatMap(({ result }) => pinnedOf(result)).length,
    );
    expect(average).toBeLessThan(25);
  });
});
