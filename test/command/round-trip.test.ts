/** Any text in any field of a spec reaches QEMU as it was written; the order of keys never matters. */
import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argv } from '../../src/command/argv.js';
import { membersOf } from '../../src/command/check-arguments.js';
import { compileCommand } from '../../src/command/compile-plan.js';
import { SpecError } from '../../src/spec/error.js';
import { plan } from '../support/planning.js';

/** Every field that takes free text, each in a spec that has it on the command line; `@` stands for the text. */
const specs: Readonly<Record<string, unknown>> = {
  'boot.cmdline': { boot: { kernel: 'k', cmdline: '@' } },
  'boot.kernel': { boot: { kernel: '/@' } },
  'boot.initrd': { boot: { kernel: 'k', initrd: '/@' } },
  'disks[].source': { disks: [{ source: '/@', format: 'raw' }] },
  'disks[].product': { disks: [{ source: '/d', bus: 'sata', product: '@' }] },
  'disks[].deviceName': { disks: [{ source: '/d', bus: 'scsi', deviceName: '@' }] },
  'serial[].path': { serial: [{ type: 'file', path: '/@' }] },
  'channels[].path': { channels: [{ name: 'a', type: 'socket', path: '/@' }] },
  'memory.path': { memory: { backing: 'file', path: '/@' } },
  'memory.modules[].path': { memory: { modules: [{ type: 'nvdimm', size: '64MiB', path: '/@' }] } },
  'rng.source': { rng: { source: '/@' } },
  'display.socket': { display: { type: 'vnc', socket: '/@' } },
  'display.password': { display: { type: 'vnc', password: '/@' } },
  'display.tls': { display: { type: 'spice', port: 5900, tls: '/@' } },
  'display.renderNode': { display: { type: 'egl-headless', renderNode: '/@' } },
  'display.address': { display: { type: 'dbus', address: '@' } },
  'audio[].server': { audio: [{ type: 'pa', server: '@' }], sound: true },
  'audio[].output': { audio: [{ type: 'alsa', output: '@' }], sound: true },
  'audio[].path': { audio: [{ type: 'wav', path: '/@' }], sound: true },
  'input[].device': { input: [{ type: 'evdev', device: '/@' }] },
  'sharedMemory[].server': { sharedMemory: [{ name: 'a', server: '/@' }] },
  'smbios.system': { smbios: { system: { manufacturer: '@', serial: '@' } } },
  'smbios.oemStrings[]': { smbios: { oemStrings: ['@'] } },
  'fwCfg[].string': { fwCfg: [{ name: 'opt/a', string: '@' }] },
  'fwCfg[].file': { fwCfg: [{ name: 'opt/a', file: '/@' }] },
  'acpiTables[].file': { acpiTables: [{ file: '/@' }] },
  'pstore.path': { pstore: { path: '/@' } },
  'qemu.extraArgs[]': { qemu: { extraArgs: ['@'] } },
};

/** What QEMU makes of a command line: every text in it, options' members taken apart by its own rules. */
function textsOf(words: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    const flag = words[index - 1] ?? '';
    if (!/^-/.test(flag) || /^-(append|kernel|initrd)$/.test(flag)) return [word];
    return [word, ...leaves(membersOf(word, 'first', false))];
  });
}

function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}

const replaced = (value: unknown, text: string): unknown => {
  if (typeof value === 'string') return value.replace('@', () => text);
  if (Array.isArray(value)) return value.map((item) => replaced(item, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner, text)]));
};

/** Undefined: a text that the field refuses. */
function compiled(spec: unknown): string[] | undefined {
  try {
    return argv(compileCommand(plan(JSON.stringify(spec))));
  } catch (error) {
    if (error instanceof SpecError) return undefined;
    throw error;
  }
}

const odd = fc.string({
  unit: fc.oneof(
    fc.constantFrom(',', '=', '"', "'", '\\', ' ', '{', '}', '[', ':', '%', '$', '-', '.', 'on', 'ü', '漢'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 12,
});

describe('any text', () => {
  it.each(Object.entries(specs))('in %s is what QEMU reads', (_, spec) => {
    let taken = 0;
    fc.assert(
      fc.property(odd, (tail) => {
        // A beginning and an end of its own: it is not mistaken for another text, and no path is shortened.
        const text = `a${tail}z`;
        const words = compiled(replaced(spec, text));
        if (words === undefined) return;
        taken++;
        const found = textsOf(words).filter(
          (one) =>
            one === text ||
            one.endsWith(`/${normal(text)}`) ||
            one.endsWith(`=${text}`) ||
            one.endsWith(`:/${normal(text)}`),
        );
        expect({ text, found: found.length > 0 }).toEqual({ text, found: true });
      }),
      { numRuns: 15 },
    );
    expect(taken).toBeGreaterThan(5);
  });
});

/** A relative piece of a path as the compiler writes it: doubled slashes and dots between them go. */
const normal = (text: string) => posix.resolve('/', text).slice(1);

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
    expect(expected?.length).toBeGreaterThan(80);
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
