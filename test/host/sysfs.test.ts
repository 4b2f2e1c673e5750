import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { liveSysfs } from '../../src/host/sysfs.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vm-sysfs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('writes a file that is there, and makes none', async () => {
  const path = join(folder, 'driver_override');
  await expect(liveSysfs().write(path, 'vfio-pci\n')).rejects.toMatchObject({
    code: 'host.sysfs',
    message: `vfio-pci can't be written to ${path}: No such file or directory`,
  });
  writeFileSync(path, '');
  await liveSysfs().write(path, 'vfio-pci\n');
  expect(readFileSync(path, 'utf8')).toBe('vfio-pci\n');
});

it('says why a module can not be loaded', async () => {
  await expect(liveSysfs().load('no-such-module-here')).rejects.toMatchObject({
    code: 'host.module',
    message: expect.stringMatching(/^the module no-such-module-here can't be loaded: .+/),
  });
});
