/** The order of keys never matters. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argv } from '../../src/command/argv.js';
import { compileCommand } from '../../src/command/compile-plan.js';
import { plan } from '../support/planning.js';

const compiled = (spec: unknown): string[] => argv(compileCommand(plan(JSON.stringify(spec))));

describe('the order of keys', () => {
  const spec = {
    machine: { type: 'q35', accelerator: 'kvm', smm: false },
    cpu: { vcpus: 2, features: { x2apic: true, aes: false, pcid: 'optional' }, l3Cache: true },
    memory: { size: '2GiB', modules: [{ type: 'dimm', size: '1GiB', id: 'm' }], merge: true },
    numa: [
      { cpus: '0', memory: '1GiB', distances: { 0: 10, 1: 25 } },
      { cpus: '1', memory: '1GiB' },
    ],
    iommu: { model: 'intel', cachingMode: true, deviceIotlb: true },
    boot: { kernel: 'k', cmdline: 'c', order: ['disk', 'net'] },
    ioThreads: 1,
    disks: [
      { source: '/a', id: 'one', ioThread: 0, limits: { iopsRead: 5, iopsWrite: 3 } },
      { source: '/b', bus: 'scsi', serial: 'S' },
    ],
    networks: [{ type: 'user', id: 'lan', forwards: ['2222:22'], mac: '52:54:00:00:00:01' }],
    display: { type: 'spice', port: 5900, clipboard: false, streaming: 'all' },
    audio: [{ type: 'pa', frequency: 48000, output: 'o', latency: 10 }],
    sound: true,
    smbios: { system: { serial: 'S', manufacturer: 'M' }, chassis: { asset: 'A', serial: 'S' } },
    clock: { base: 'localtime', driftfix: 'slew', hpet: false },
    lifecycle: { onReboot: 'stop', onCrash: 'ignore' },
    qemu: { sandbox: false, extraArgs: ['-d', 'guest_errors'] },
  };
  const expected = compiled(spec);

  it('never changes the command line, at any depth', () => {
    expect(expected.length).toBeGreaterThan(80);
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
        expect(compiled(shuffled(spec, numbers))).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });
});

function shuffled(value: unknown, numbers: Iterator<number>): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, numbers));
  if (typeof value !== 'object' || value === null) return value;
  const weighed = Object.entries(value).map(([key, inner]) => ({
    key,
    inner,
    weight: Number(numbers.next().value),
  }));
  weighed.sort((a, b) => a.weight - b.weight);
  return Object.fromEntries(weighed.map(({ key, inner }) => [key, shuffled(inner, numbers)]));
}
