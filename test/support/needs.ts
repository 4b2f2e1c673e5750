import type { HostNeeds } from '../../src/host/settings/needs.js';

/** Of a VM that needs nothing in particular. */
export const noNeeds: HostNeeds = {
  vms: ['a'],
  kvm: true,
  pages: [],
  isolated: [],
  pinned: false,
  hostDevices: false,
  taps: false,
  nested: false,
  caches: false,
  lockedBytes: 0,
};
