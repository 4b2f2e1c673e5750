import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { list } from '../../src/runtime/list.js';
import { pathsOf } from '../../src/runtime/names.js';
import { completeSpec } from '../../src/runtime/old-record.js';
import { ownCpus } from '../../src/runtime/threads.js';
import { up } from '../../src/runtime/up.js';
import { vmSpecSchema } from '../../src/spec/schema.js';
import { skipBecause } from '../support/skip.js';
import { makePlace, noQemu, type Place } from './support.js';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.clear());

/** What a record has had since a later version. */
const since = {
  plan: [
    ...['cacheGroups', 'partition', 'limits', 'interrupts', 'pciBridges', 'macvtaps', 'seed', 'iommu'],
    ...['rootPorts', 'taps', 'sideProcesses', 'ioThreads', 'extraArgs', 'decisions', 'findings'],
  ],
  placement: ['housekeeping', 'scheduler', 'vhost', 'relaxed', 'reasons', 'ioThreads'],
  memory: ['confinedTo', 'hugepages', 'modules', 'nodes'],
  spec: ['limits', 'cloudInit', 'shares', 'session', 'iommu', 'numa', 'panic', 'smbios'],
  specPlacement: ['isolation', 'interrupts', 'cache', 'scheduler', 'housekeeping', 'vhost'],
};

function strip(from: Record<string, unknown>, keys: readonly string[]): void {
  for (const key of keys) Reflect.deleteProperty(from, key);
}

function age(name: string): void {
  const path = pathsOf(name).record;
  const record = JSON.parse(readFileSync(path, 'utf8'));
  strip(record.plan, since.plan);
  strip(record.plan.placement, since.placement);
  strip(record.plan.memory, since.memory);
  strip(record.spec, since.spec);
  strip(record.spec.placement, since.specPlacement);
  writeFileSync(path, JSON.stringify(record));
}

describe('the record of an earlier version', () => {
  it('gets the defaults of what its spec did not know, and keeps the rest', async () => {
    const spec = vmSpecSchema.parse({
      name: 'a',
      placement: { vcpus: { 0: '1' } },
      memory: { size: '2GiB' },
    });
    const old = JSON.parse(JSON.stringify(spec));
    strip(old, since.spec);
    strip(old.placement, since.specPlacement);
    expect(await completeSpec(old)).toEqual(spec);
  });
});

describe('a VM that an earlier version started', () => {
  skipBecause(noQemu);

  it('is listed, placed, verified, moved and ended, and is in nobody’s way', async () => {
    const [cpu = 0] = ownCpus();
    const vm = await up(place.spec('old', { cpu: { vcpus: 1 } }));
    age('old');
    expect((await list()).map(({ name, state }) => [name, state])).toEqual([['old', 'running']]);
    expect((await vm.place()).moved).toEqual([]);
    age('old');
    const { checks } = await vm.verify();
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
    await vm.place({ vcpus: `${cpu}` });
    expect((await vm.status()).vcpus.map(({ cpus }) => cpus)).toEqual([[cpu]]);
    age('old');
    const other = await up(place.spec('new', { cpu: { vcpus: 1 }, placement: { vcpus: 'none' } }));
    await other.down({ force: true });
    await vm.down({ force: true });
    expect(await list()).toEqual([]);
  });
});
