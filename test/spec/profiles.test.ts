import { describe, expect, it } from 'vitest';
import { profileDecisions } from '../../src/plan/profile.js';
import { profileNames } from '../../src/spec/profiles.js';
import { load, plan } from '../support/planning.js';

describe('profiles', () => {
  it.each(profileNames)('%s is a spec that holds', (name) => {
    const { spec, profile } = load(`profile: ${name}`);
    expect([spec.profile, profile?.name]).toEqual([name, name]);
    expect(profile?.defaults.every(({ overridden }) => !overridden)).toBe(true);
  });

  it('stand below the spec, key by key', () => {
    const { spec, profile, locate } = load('profile: performance\nmemory: {size: 2GiB, locked: false}');
    expect(spec.memory).toMatchObject({ size: 2 * 1024 ** 3, locked: false, hugepages: true });
    expect(profile?.defaults.find(({ key }) => key === 'memory.locked')).toEqual({
      key: 'memory.locked',
      value: true,
      instead: false,
      overridden: true,
    });
    expect(locate('memory.hugepages')?.file).toBe('profile: performance');
    expect(locate('placement.emulator')).toBeUndefined();
    expect(locate('memory.locked')?.file).toBe('/specs/worker.yaml');
  });

  it('give way to a value where they have a map', () => {
    const { spec, profile } = load('profile: secure\niommu: {model: virtio}');
    expect(spec.iommu?.model).toBe('virtio');
    expect(profile?.defaults.find(({ key }) => key === 'iommu.model')).toMatchObject({
      instead: 'virtio',
      overridden: true,
    });
  });

  it('tell the plan what they set and what the spec says instead', () => {
    const { profile } = load('profile: tiny\nmemory: {size: 1GiB}');
    const decisions = profileDecisions(profile);
    expect(decisions).toContainEqual({
      key: 'machine.type',
      value: 'microvm',
      reason: 'set by profile tiny',
    });
    expect(decisions).toContainEqual({
      key: 'memory.size',
      value: '1GiB',
      reason: 'the spec says so; profile tiny would have it 256MiB',
    });
    expect(profileDecisions(null)).toEqual([]);
    expect(plan('{}').decisions.some(({ reason }) => reason.includes('profile'))).toBe(false);
  });
});
