/** The facts of machines captured with hwloc, against the tables beside them. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readHostFacts } from '../../src/host/facts.js';
import { planPlacement } from '../../src/plan/placement/placement.js';
import { hostCheck } from '../../src/runtime/host-check.js';
import { hostIommu } from '../../src/runtime/host-iommu.js';
import { vmSpecSchema } from '../../src/spec/schema.js';
import { parseCpuList } from '../../src/units.js';

interface Row {
  readonly cpu: number;
  readonly online: boolean;
  readonly package: number | null;
  readonly die: number | null;
  readonly core: number | null;
  readonly node: number | null;
  readonly siblings: string;
  readonly l2?: string;
  readonly l2_size?: string;
  readonly l3?: string;
  readonly l3_size?: string;
  readonly max_khz: number | null;
  readonly base_khz: number | null;
}

const captures = resolve('../shared/hosts');
const names = existsSync(captures)
  ? readdirSync(captures).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []))
  : [];
let folder: string | undefined;
afterAll(() => {
  if (folder) rmSync(folder, { recursive: true });
});

/** Unpacks a capture and gives the folder that holds its sys. */
function unpack(name: string): string {
  folder ??= mkdtempSync(join(tmpdir(), 'vm-captures-'));
  const into = join(folder, name);
  if (!existsSync(into)) {
    mkdirSync(into);
    execFileSync('tar', ['-xjf', join(captures, `${name}.tar.bz2`), '-C', into]);
  }
  const [only = ''] = readdirSync(into);
  return join(into, only);
}

/** `1280K` */
const bytesOf = (size: string | undefined) => (size === undefined ? null : Number.parseInt(size, 10) * 1024);
const mhz = (kilohertz: number | null) => (kilohertz === null ? null : Math.round(kilohertz / 1000));

describe('captured machines', () => {
  beforeEach((context) => {
    if (names.length === 0) context.skip('../shared/hosts is absent');
  });

  it.each(names)('%s is judged without a failure, by what it tells', { timeout: 30_000 }, async (name) => {
    const sysroot = unpack(name);
    const checks = await hostCheck({ sysroot });
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(checks.filter(({ found }) => found === '' || /undefined|NaN|null/.test(found))).toEqual([]);
    // None of them shows an IOMMU, so nothing of theirs could be given away.
    for (const { group, devices } of hostIommu(sysroot)) {
      expect(group).toBeNull();
      expect(new Set(devices.map(({ guest }) => guest))).toEqual(new Set(['no']));
    }
  });

  it.each(names)('%s is as its table says', { timeout: 30_000 }, (name) => {
    const table: { cpus: Row[] } = JSON.parse(readFileSync(join(captures, `${name}.json`), 'utf8'));
    const host = readHostFacts(unpack(name));
    expect(
      host.cpus.map(
        ({ cpu, online, socket, die, core, node, siblings, l2, l2Bytes, l3, l3Bytes, maxMhz }) => {
          return { cpu, online, socket, die, core, node, siblings, l2, l2Bytes, l3, l3Bytes, maxMhz };
        },
      ),
    ).toEqual(
      table.cpus.map((row) => ({
        cpu: row.cpu,
        online: row.online,
        socket: row.package,
        die: row.die,
        core: row.core,
        node: row.node,
        siblings: parseCpuList(row.siblings),
        l2: parseCpuList(row.l2 ?? ''),
        l2Bytes: bytesOf(row.l2_size),
        l3: parseCpuList(row.l3 ?? ''),
        l3Bytes: bytesOf(row.l3_size),
        maxMhz: mhz(row.max_khz),
      })),
    );
    for (const row of table.cpus) {
      if (row.base_khz !== null) expect(host.cpus[row.cpu]?.baseMhz).toBe(mhz(row.base_khz));
    }
    expect(host.live).toBe(false);
    expect(host.vhostNet).toBeNull();
  });

  it.each(names)('%s is planned for by auto', { timeout: 30_000 }, (name) => {
    const host = readHostFacts(unpack(name));
    const spec = vmSpecSchema.parse({ name: 'x', cpu: { vcpus: 2 } });
    const { placement, topology } = planPlacement({ spec, host, claims: [] });
    expect(placement.relaxed).toEqual([]);
    const [first, second] = placement.vcpus;
    expect(host.cpus.find(({ cpu }) => cpu === first?.cpu)?.siblings).toContain(second?.cpu);
    expect(topology).toEqual({ sockets: 1, dies: 1, cores: 1, threads: 2 });
    expect(placement.housekeeping).toContain(0);
  });

  it('reads masks where there are no lists', () => {
    const host = readHostFacts(unpack('edge-4s-ht-offlines'));
    expect(host.nodes).toMatchObject([
      {
        node: 0,
        cpus: Array.from({ length: 16 }, (_, cpu) => cpu),
        memoryBytes: 16772456 * 1024,
        availableBytes: (13079628 + 194744) * 1024,
        hugepages: [],
        distances: [10],
      },
    ]);
    expect(host).toMatchObject({
      vendor: 'intel',
      allowedCpus: null,
      memoryBytes: null,
      ioUring: null,
      interfaces: null,
    });
    expect(host.cpuFlags).toContain('vmx');
  });

  it('reads the cpuset of cgroup v1, and distances', () => {
    const host = readHostFacts(unpack('intel-2s-ht-snc-xeon-gold-6230'));
    expect(host.allowedCpus).toHaveLength(80);
    expect(host.nodes.map(({ distances }) => distances)).toEqual([
      [10, 21, 11, 21],
      [21, 10, 21, 11],
      [11, 21, 10, 21],
      [21, 11, 21, 10],
    ]);
  });

  it('tells the kinds of a hybrid', () => {
    const host = readHostFacts(unpack('intel-hybrid-core-i7-1370p'));
    expect(host.cpus.map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 12 }, () => 'performance'),
      ...Array.from({ length: 8 }, () => 'efficiency'),
    ]);
    expect(host.ioUring).toBe(true);
    expect(host.defaultHugepageBytes).toBe(2 * 1024 ** 2);
  });
});
