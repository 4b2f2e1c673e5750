import { describe, expect, it } from 'vitest';
import { renderQemu } from '../../../src/cli/render/qemu.js';
import type { QemuDescription } from '../../../src/index.js';
import { qemuFeatureNames } from '../../../src/plan/qemu-features.js';

const features = Object.fromEntries(qemuFeatureNames.map((name) => [name, name === 'spice'])) as Record<
  (typeof qemuFeatureNames)[number],
  boolean
>;
const described: QemuDescription = {
  binary: '/usr/bin/qemu',
  version: { major: 10, minor: 0, micro: 2 },
  package: 'Distro\u001b[31m 1',
  accelerators: ['kvm', 'tcg'],
  kvm: { works: true, reason: 'KVM starts here' },
  machines: [
    { name: 'pc-q35-10.0', alias: 'q35', deprecated: false, hotpluggableCpus: true, maxCpus: 4096 },
    { name: 'pc-q35-4.0', alias: null, deprecated: true, hotpluggableCpus: true, maxCpus: 288 },
  ],
  cpuModels: [{ name: 'EPYC', deprecated: true }],
  features,
  devices: ['a', 'b'],
  missingDevices: [],
};

describe('vm qemu', () => {
  it('is a field a line, and nothing in it steers the terminal', () => {
    const lines = renderQemu(described).split('\n');
    expect(lines.slice(0, 8)).toEqual([
      'binary           /usr/bin/qemu',
      'version          10.0.2',
      'package          Distro\\x1b[31m 1',
      'accelerators     kvm (KVM starts here), tcg',
      'machines         q35 (pc-q35-10.0), 2 in all, 1 of them deprecated',
      'CPU models       1, 1 of them deprecated',
      'devices          2',
      'has              spice',
    ]);
    expect(lines.at(-2)).toBe('missing devices  none');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(96);
  });

  it('says that a recorded session is no binary', () => {
    const text = renderQemu({ ...described, binary: null, kvm: null });
    expect(text).toMatch(/^binary {11}none: a recorded session\n/);
    expect(text).toContain('accelerators     kvm, tcg\n');
  });
});
