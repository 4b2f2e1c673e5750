/**
 * Any text in any field of a spec reaches QEMU, a process beside it, or the seed as it was written, and nothing else changes with it; or
 * it is refused by an error that names the key. The fields are found in the schema: a new one is tried as soon as it exists.
 */
import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { compileCommand } from '../../src/command/compile-plan.js';
import { SpecError } from '../../src/spec/error.js';
import { notesMachine } from '../support/hosts.js';
import { type SpecPlace, specPlaces } from '../support/places.js';
import { plan } from '../support/planning.js';
import { readOptions, textsOf } from '../support/qemu-options.js';

/** What else a spec must say for a field to count, by the beginning of its path. */
const beside: readonly (readonly [RegExp, object])[] = [
  [/^boot\.(code|variables|nvram)/, { boot: { firmware: 'uefi' } }],
  [/^boot\.code/, { boot: { variables: '/v' } }],
  [/^boot\.variables/, { boot: { code: '/c' } }],
  [/^boot\.(initrd|cmdline)/, { boot: { kernel: '/k' } }],
  [/^memory\.path/, { memory: { backing: 'file' } }],
  [/^disks\[\]\.source\(nbd\)\.(export|tls)/, { disks: [{ source: { host: 'h' } }] }],
  [/^disks\[\]\.backing/, { disks: [{ source: '/top', format: 'qcow2' }] }],
  [
    /^disks\[\]\.backing\[\]\.source\(nbd\)\.(export|tls)/,
    { disks: [{ backing: [{ source: { host: 'h' } }] }] },
  ],
  [/^disks\[\]\.backing\[\]\.encryption/, { disks: [{ backing: [{ format: 'qcow2' }] }] }],
  [/^disks\[\]\.encryption/, { disks: [{ source: '/d', format: 'qcow2' }] }],
  [/^disks\[\]\.serial/, { disks: [{ source: '/d', format: 'raw' }] }],
  [/^disks\[\]\.(vendor|product|deviceName)/, { disks: [{ source: '/d', format: 'raw', bus: 'scsi' }] }],
  [/^disks\[\]\.reservations/, { disks: [{ source: '/d', type: 'lun', bus: 'scsi' }] }],
  [/^networks\[\]\(socket\)\.rom/, { networks: [{ address: ':5558' }] }],
  [/^networks\[\]\(socket\)\.peerPath/, { networks: [{ mode: 'datagram', path: '/own' }] }],
  [/^shares\[\]\(virtiofs\)\.(tag|binary)/, { shares: [{ source: '/s' }] }],
  [/^audio\[\]/, { sound: true, audio: [{ type: 'pa' }] }],
  [/^audio\[\]\.path/, { audio: [{ type: 'wav' }] }],
  [/^video\[\]\.vhostUser/, { video: [{ model: 'virtio' }] }],
  [/^usb\[\]\(redir\)\.path/, { usb: [{ from: 'socket' }] }],
  [/^hostDevices\[\]\.rom/, { hostDevices: [{ pci: '0000:01:00.0' }] }],
  [/^tpm\(emulator\)\.(device|cancelPath)/, { tpm: { type: 'passthrough' } }],
  [/^tpm\(emulator\)\.socket/, { tpm: { type: 'external' } }],
  [/^rng\.daemon/, { rng: { backend: 'egd' } }],
  [/^rng\[\]\.daemon/, { rng: [{ backend: 'egd' }] }],
  [/^cloudInit\.networkConfig\.\*/, { cloudInit: { networkConfig: { version: 2 } } }],
];

/** Fields whose text itself goes nowhere, and why. */
const nowhere: Readonly<Record<string, string>> = {
  'cloudInit.userData': 'names a file, which becomes the seed',
  'cloudInit.networkConfig': 'names a file, which becomes the seed',
  'cloudInit.vendorData': 'names a file, which becomes the seed',
  'cloudInit.sshKeys[]': 'names a file, whose keys are in the seed',
  'disks[].backing[].source(vhost-user).socket': 'is refused whatever it is: no image stands on a whole disk',
  'boot.variables': 'is the template of the copy that QEMU gets',
  'qemu.binary': 'is the program that was found, which the plan is given',
};

const host = {
  ...notesMachine(),
  programs: {
    swtpm: '/bin/swtpm',
    swtpmSetup: '/bin/swtpm_setup',
    virtiofsd: '/bin/virtiofsd',
    passt: '/bin/passt',
    vhostUserGpu: '/usr/libexec/vhost-user-gpu',
  },
};

/** All that the spec says to others, each text with where it stands. */
function said(spec: unknown): string[] {
  const made = plan(JSON.stringify(spec), { host });
  const seed = made.seed?.files ?? [];
  return [
    ...readOptions(compileCommand(made).options),
    ...made.sideProcesses.flatMap(({ id, program, args }) => [
      `${id}: ${program}`,
      ...args.map((arg) => `${id} ${arg}`),
    ]),
    ...seed.flatMap(({ name, text }) => textsOf(parse(text), name)),
  ];
}

/** A field that takes this has no form of its own: it is no id, size, list of CPUs or the like. */
const formless = `,='"\\ /%`;
const fields = specPlaces().filter(
  ({ path, schema }) => nowhere[path] === undefined && z.safeParse(schema, formless).success,
);

/** As said() says it: as a text is written, and as a path is. */
const plain = { text: 'q//z', path: '/specs/q/z' };
const pathOf = (text: string) => posix.resolve('/specs', text);

function around({ path, spec }: SpecPlace): (text: string) => unknown {
  const more = beside.filter(([pattern]) => pattern.test(path)).map(([, also]) => also);
  return (text) => more.reduce<unknown>(merged, spec(text));
}

function merged(spec: unknown, more: unknown): unknown {
  if (Array.isArray(spec) && Array.isArray(more)) return [merged(spec[0], more[0])];
  if (!isMap(spec) || !isMap(more)) return more;
  const both = Object.entries(more).map(([key, also]) => [key, key in spec ? merged(spec[key], also) : also]);
  return { ...spec, ...Object.fromEntries(both) };
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The keys of the errors, as paths of the schema; undefined where there was none. */
function refused(spec: unknown): string[] | undefined {
  try {
    said(spec);
    return undefined;
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return error.issues.map(({ key }) => key.replace(/\[\d+\]/g, '[]'));
  }
}

const odd = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      ',',
      '=',
      '"',
      "'",
      '\\',
      ' ',
      '{',
      '}',
      '[',
      ':',
      '%',
      '$',
      '-',
      '.',
      '/',
      'on',
      'ü',
      '漢',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 12,
});
/** With an end of its own it is no shorter as a path. */
const text = fc.tuple(fc.constantFrom('q', '-q', '{q'), odd).map(([start, middle]) => `${start}${middle}z`);

/** `disks[].source(nbd)`: fields are tried some at a time. */
const partOf = ({ path }: SpecPlace) => /^\w+(\[\])?(\.\w+(\[\])?)*(\([\w-]+\))?/.exec(path)?.[0] ?? path;
const parts = [...new Set(fields.map(partOf))];

describe('any text', () => {
  it('has hundreds of fields to stand in', () => {
    expect(fields.length).toBeGreaterThan(290);
    const known = specPlaces().map(({ path }) => path);
    expect(known).toEqual(expect.arrayContaining(Object.keys(nowhere)));
  });

  it.each(parts)('in %s is what others are told', (part) => {
    for (const field of fields.filter((one) => partOf(one) === part)) {
      const spec = around(field);
      const told = said(spec(plain.text));
      const found = told.some((one) => one.includes(plain.text) || one.includes(plain.path));
      expect({ field: field.path, found }).toEqual({ field: field.path, found: true });
      fc.assert(
        fc.property(text, (written) => {
          const keys = refused(spec(written));
          if (keys !== undefined) {
            expect(keys).toContain(field.path.replace(/\([\w-]+\)/g, ''));
            return;
          }
          expect(said(spec(written))).toEqual(
            told.map((one) =>
              one.replaceAll(plain.text, () => written).replaceAll(plain.path, () => pathOf(written)),
            ),
          );
        }),
        { numRuns: 3, examples: [[`q${formless}z`.slice(0, 8)]] },
      );
    }
  });
});
