import { describe, expect, it } from 'vitest';
import { atLeast, qemuFeatureNames, qemuFeatures } from '../../src/plan/qemu-features.js';
import { recorded, whyNoRecordings } from '../support/qemu.js';
import { skipBecause } from '../support/skip.js';

const of72 = [
  'jsonDevice',
  'jsonNetdev',
  'hostCacheInfo',
  'threadContext',
  'netdevStream',
  'machineHpet',
  'intelIommuDmaTranslation',
  'virtioGpuBlob',
  'spice',
];

describe('features of a QEMU', () => {
  it('that is not known are those of 7.2', () => {
    const features = qemuFeatures(null);
    expect(features.version).toBeNull();
    expect(qemuFeatureNames.filter((name) => features.has(name))).toEqual(
      qemuFeatureNames.filter((name) => of72.includes(name)),
    );
  });

  it('are compared by number, not by letter', () => {
    const version = { major: 10, minor: 0, micro: 0 };
    expect([atLeast(version, 9, 2), atLeast(version, 10, 0), atLeast(version, 10, 1)]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('recorded QEMUs', () => {
  skipBecause(whyNoRecordings);

  it('7.2 has what is taken to be there of an unknown one', async () => {
    const features = qemuFeatures(await recorded('7.2.0'));
    expect(qemuFeatureNames.filter((name) => features.has(name)).sort()).toEqual([...of72].sort());
  });

  it('9.2 and 10.0 have more', async () => {
    const [old, current] = [qemuFeatures(await recorded('9.2.0')), qemuFeatures(await recorded('10.0.0'))];
    expect(qemuFeatureNames.filter((name) => !old.has(name)).sort()).toEqual([
      'memLockOnFault',
      'memoryAuxRamShare',
      'scsiIothreadVqMapping',
      'smpCache',
    ]);
    expect(qemuFeatureNames.filter((name) => !current.has(name))).toEqual([]);
  });
});
