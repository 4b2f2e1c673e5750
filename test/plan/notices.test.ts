import { describe, expect, it } from 'vitest';
import { notices } from '../../src/plan/notices.js';
import { plainMachine } from '../support/hosts.js';
import { kvmWorks, plan } from '../support/planning.js';

describe('notices', () => {
  it('is silent about a plan that kept every promise', () => {
    expect(notices(plan('cpu: {vcpus: 8}'))).toEqual([]);
  });

  it('tells in one line what placement had to give up', () => {
    expect(notices(plan('cpu: {vcpus: 2}', { host: plainMachine(2) }))).toEqual([
      expect.stringMatching(
        /^placement: the first core \(CPU 0\) does not stay the host's.*; QEMU's own threads share/,
      ),
    ]);
  });

  it('tells why auto fell back to tcg', () => {
    const qemu = { ...kvmWorks, kvm: { works: false, reason: 'KVM does not start here: no luck' } };
    expect(notices(plan('rng: true', { qemu }))).toEqual([
      'machine.accelerator: tcg, which emulates and is many times slower: KVM does not start here: no luck (Say accelerator: tcg if that is what you want.)',
    ]);
  });
});
