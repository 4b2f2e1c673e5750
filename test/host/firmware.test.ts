import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readFirmware } from '../../src/host/firmware.js';
import { openRoot } from '../../src/host/root.js';
import { writeTree } from '../support/hosts.js';

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'vm-firmware-'));
  writeTree(tree, { 'fw/a.fd': '', 'fw/b.fd': '', 'fw/vars.fd': '' });
});
afterEach(() => rmSync(tree, { recursive: true }));

function descriptor(code: string, changes: object = {}, mapping: object = {}): string {
  return JSON.stringify({
    'interface-types': ['uefi'],
    mapping: {
      device: 'flash',
      executable: { filename: code, format: 'raw' },
      'nvram-template': { filename: '/fw/vars.fd', format: 'raw' },
      ...mapping,
    },
    targets: [{ architecture: 'x86_64', machines: ['pc-q35-*'] }],
    features: ['acpi-s3'],
    ...changes,
  });
}

const share = 'usr/share/qemu/firmware';
const etc = 'etc/qemu/firmware';
const codes = () => readFirmware(openRoot(tree)).map(({ code }) => code);

it('is sorted by file name over all folders', () => {
  writeTree(tree, {
    [`${share}/60-a.json`]: descriptor('/fw/a.fd'),
    [`${etc}/50-b.json`]: descriptor('/fw/b.fd'),
  });
  expect(codes()).toEqual(['/fw/b.fd', '/fw/a.fd']);
  expect(readFirmware(openRoot(tree))[1]).toEqual({
    code: '/fw/a.fd',
    codeFormat: 'raw',
    variables: '/fw/vars.fd',
    variablesFormat: 'raw',
    features: ['acpi-s3'],
    machines: ['pc-q35-*'],
  });
});

it('of a more specific folder replaces or hides that of the same name', () => {
  writeTree(tree, {
    [`${share}/50.json`]: descriptor('/fw/a.fd'),
    [`${share}/60.json`]: descriptor('/fw/a.fd'),
    [`${etc}/50.json`]: descriptor('/fw/b.fd'),
    [`${etc}/60.json`]: '',
  });
  expect(codes()).toEqual(['/fw/b.fd']);
});

it.each([
  ['of another interface', descriptor('/fw/a.fd', { 'interface-types': ['bios'] })],
  ['of another architecture', descriptor('/fw/a.fd', { targets: [{ architecture: 'aarch64' }] })],
  ['that is not mapped into flash', descriptor('/fw/a.fd', {}, { device: 'memory', filename: '/fw/a.fd' })],
  [
    'without variables of its own',
    descriptor('/fw/a.fd', {}, { mode: 'stateless', 'nvram-template': undefined }),
  ],
  ['whose files are absent', descriptor('/fw/gone.fd')],
  [
    'in a format that flash does not take',
    descriptor('/fw/a.fd', {}, { executable: { filename: '/fw/a.fd', format: 'vmdk' } }),
  ],
  ['that is no JSON', '{'],
  ['that is no object', '[null, 3]'],
  ['with fields of other types', '{"interface-types": "uefi", "mapping": 3, "targets": {}}'],
])('%s is left out', (_, text) => {
  writeTree(tree, { [`${share}/50.json`]: text, [`${share}/60.json`]: descriptor('/fw/b.fd') });
  expect(codes()).toEqual(['/fw/b.fd']);
});
