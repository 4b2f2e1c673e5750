import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeCapabilities } from '../../src/qemu/capabilities-probe.js';
import { QemuHome } from './support/fake-qemu.js';

let home: QemuHome;
beforeEach(() => {
  home = new QemuHome();
});
afterEach(() => home.dispose());

const left = () => readdirSync(home.folder).filter((name) => name.startsWith('vm-qemu-'));

describe('asking a QEMU', () => {
  it('asks for the properties of the drivers that it has', async () => {
    const qemu = await probeCapabilities(home.fake([]));
    expect(qemu).toMatchObject({ version: { major: 9, minor: 9, micro: 1 }, package: 'fake' });
    expect(Object.keys(qemu.deviceProperties).sort()).toEqual(['igb', 'nvme', 'ramfb']);
    expect(left()).toEqual([]);
  });

  it('leaves out a driver of which a part is missing, for it would abort', async () => {
    expect((await probeCapabilities(home.fake(['virtio-gpu-gl-pci']))).devices).toEqual([
      'igb',
      'nvme',
      'ramfb',
    ]);
  });

  it('asks again without the drivers of which it dies', async () => {
    const qemu = await probeCapabilities(home.fake(['igb', 'ramfb']));
    expect(qemu.devices).toEqual(['nvme']);
    expect(qemu.deviceProperties).toEqual({ nvme: ['addr'] });
    expect(left()).toEqual([]);
  });

  it('tells the words of one that does not start', async () => {
    const binary = home.binary('broken', '#!/bin/sh\necho "libfoo.so: not found" >&2\nexit 127\n');
    await expect(probeCapabilities(binary)).rejects.toMatchObject({
      code: 'qemu.capabilities',
      message: `${binary} does not tell what it can do: libfoo.so: not found`,
    });
    expect(left()).toEqual([]);
  });

  it('gives one up that says nothing, and what it started', async () => {
    const binary = home.binary('mute', `#!/bin/sh\nsleep 61.5 &\nwait\n`);
    const began = performance.now();
    await expect(probeCapabilities(binary, 0.3)).rejects.toMatchObject({ code: 'qemu.capabilities' });
    expect(performance.now() - began).toBeLessThan(3000);
    expect(left()).toEqual([]);
  });

  it('tells of a file that is no program', async () => {
    await expect(probeCapabilities(home.binary('text', 'no program'))).rejects.toMatchObject({
      code: 'qemu.capabilities',
    });
  });
});
