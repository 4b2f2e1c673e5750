import { describe, expect, it } from 'vitest';
import { hostFacts, notesMachine, plainMachine } from '../../support/hosts.js';
import { plan } from './planned.js';

describe('housekeeping cores', () => {
  it('are whole cores beside the vCPUs, for all other threads, and no other VM gets them', () => {
    const result = plan(notesMachine(), { vcpus: 4, placement: { housekeeping: 1 }, ioThreads: 1 });
    expect(result.cpus).toEqual([1, 11, 2, 12]);
    expect(result.placement).toMatchObject({
      emulator: [3, 13],
      ioThreads: [[3, 13]],
      vhost: [3, 13],
      housekeeping: [0, 3, 10, 13],
      exclusiveCpus: [1, 2, 3, 11, 12, 13],
      relaxed: [],
    });
    expect(result.placement.reasons).toContain(
      "QEMU's own threads: housekeeping cores of its own, as the spec says",
    );
  });

  it('are on the node of the vCPUs, and not isolated, while there are such', () => {
    const host = hostFacts({ sockets: 2, coresPerL3: 4, isolated: [4, 5, 6] });
    const result = plan(host, { vcpus: 2, placement: { housekeeping: 1 } });
    expect(result.cpus).toEqual([4, 5]);
    expect(result.placement.emulator).toEqual([7]);
  });

  it('are given up where they are not free, which strict does not', () => {
    const wish = { vcpus: 3, placement: { housekeeping: 1 } };
    const result = plan(plainMachine(4), wish);
    expect(result.placement).toMatchObject({
      emulator: [0],
      relaxed: ['no housekeeping cores of its own: 1 whole core wanted, and none is free'],
    });
    const strict = plan(plainMachine(4), { ...wish, placement: { housekeeping: 1, vcpus: 'strict' } });
    expect(strict.findings.map(({ severity }) => severity)).toEqual(['missing']);
    const two = plan(plainMachine(4), { vcpus: 2, placement: { housekeeping: 2 } });
    expect(two.placement.relaxed).toEqual([
      'no housekeeping cores of its own: 2 whole cores wanted, and only 1 is free',
    ]);
  });
});
