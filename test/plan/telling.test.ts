import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim, FileFacts, HostFacts } from '../../src/plan/facts.js';
import { tellingText } from '../../src/plan/telling.js';
import { subNumaMachine } from '../support/hosts.js';
import { imageFile, load, plan } from '../support/planning.js';

const roots = { runtime: '/run/vm', state: '/var/lib/vm' };

function telling(
  text: string,
  host: HostFacts,
  files: Readonly<Record<string, FileFacts>> = {},
  claims: readonly Claim[] = [],
): string {
  return tellingText(
    { host, files: new Map(Object.entries(files)), qemu: 'a', claims, roots },
    load(text).spec,
    ['/d'],
  );
}

/** A host with that much memory available on each node, in MiB. */
function available(...mebibytes: readonly number[]): HostFacts {
  const host = subNumaMachine();
  const nodes = host.nodes.map((node, index) => ({
    ...node,
    availableBytes: (mebibytes[index % mebibytes.length] ?? 0) * 1024 ** 2,
  }));
  return { ...host, nodes, availableBytes: 64 * 1024 ** 3 };
}

const specs = [
  'memory: {size: 4GiB}\ncpu: {vcpus: 4}',
  'memory: {size: 4GiB, hugepages: 2MiB}\ncpu: {vcpus: 4}',
  'memory: {size: 4GiB, hugepages: 1GiB}\ncpu: {vcpus: 40}',
  'memory: {size: 2GiB, modules: [{type: dimm, size: 1GiB, hugepages: 1GiB}]}\ncpu: {vcpus: 8}',
];

describe('tellingText', () => {
  it('is the same only where the plan is the same', () => {
    const amount = fc.constantFrom(0, 700, 1024, 2047, 2048, 4095, 4096, 4097, 5000, 9000);
    const mebibytes = fc.array(amount, { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(fc.constantFrom(...specs), mebibytes, mebibytes, (text, before, after) => {
        const [one, other] = [available(...before), available(...after)];
        fc.pre(telling(text, one) === telling(text, other));
        expect(plan(text, { host: one })).toEqual(plan(text, { host: other }));
      }),
      { numRuns: 60 },
    );
  });

  it('does not tell apart hosts with enough memory for the VM', () => {
    expect(telling('memory: {size: 4GiB}', available(5000))).toBe(
      telling('memory: {size: 4GiB}', available(9000, 4096)),
    );
    expect(telling('memory: {size: 4GiB}', available(5000))).not.toBe(
      telling('memory: {size: 4GiB}', available(5000, 4095)),
    );
  });

  it("does not tell apart claims that are in nobody's way", () => {
    const host = subNumaMachine();
    const among = (...claims: Claim[]) => telling('{}', host, {}, claims);
    const idle: Claim = { vm: 'b', exclusiveCpus: [], threadCpus: [], interrupts: null, paths: ['/other'] };
    expect(among(idle, { ...idle, vm: 'c' })).toBe(among());
    expect(among({ ...idle, paths: ['/other', '/d'] })).not.toBe(among());
    expect(among({ ...idle, threadCpus: [3] })).not.toBe(among());
    expect(among({ ...idle, vsockCid: 3 })).not.toBe(among({ ...idle, vsockCid: 4 }));
  });

  it('does not tell apart an image with a header that has grown; other files it does', () => {
    const spec = 'disks: [{source: /d}]';
    const qcow2 = { virtualBytes: 1 } as unknown as NonNullable<FileFacts['qcow2']>;
    const grown = { ...imageFile, bytes: 2 };
    const host = subNumaMachine();
    expect(telling(spec, host, { '/d': { ...imageFile, qcow2 } })).toBe(
      telling(spec, host, { '/d': { ...grown, qcow2 } }),
    );
    expect(telling(spec, host, { '/d': imageFile })).not.toBe(telling(spec, host, { '/d': grown }));
  });
});
