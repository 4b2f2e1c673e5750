/**
 * What this machine has no hardware for, on one that QEMU emulates: IOMMU, two nodes, KVM, a whole tree of cgroups with systemd in it.
 * It takes 20 s to boot, so that all files here share one.
 */
import { afterAll, beforeEach, describe } from 'vitest';
import { Machine, whyNoMachine } from '../support/machine.js';
import { skipBecause } from '../support/skip.js';
import { hostTests } from './host.js';
import { limitsTests } from './limits.js';
import { partitionTests } from './partition.js';
import { passthroughTests } from './passthrough.js';
import { performanceTests } from './performance.js';

const why = whyNoMachine();

/** QEMU 7.2 itself ends now and then as it emulates KVM's guests in the machine: a segmentation fault of a `CPU n/TCG` thread. */
const machineDied = { count: 1, condition: /The other side closed the connection to .*\/agent\.sock/ };

describe('on the test machine', { retry: machineDied }, () => {
  skipBecause(why);
  let machine: Machine | undefined;
  const theMachine = () => {
    if (machine === undefined) throw new Error('the machine is not up');
    return machine;
  };
  beforeEach(async () => {
    if (why !== undefined || (await machine?.lives())) return;
    await machine?.dispose();
    machine = await Machine.boot().catch((error: unknown) => {
      if (/the QEMU of machine died/.test(String(error))) return Machine.boot();
      throw error;
    });
  }, 300_000);
  afterAll(() => machine?.dispose());

  describe('isolation by cgroup', () => partitionTests(theMachine));
  describe('limits', () => limitsTests(theMachine));
  describe('devices of the host', () => passthroughTests(theMachine));
  describe('vm host, and a user', () => hostTests(theMachine));
  describe('a VM for speed', () => performanceTests(theMachine));
});
