import { expect, it } from 'vitest';
import { needsOf } from '../../../src/host/settings/needs.js';
import { load, plan } from '../../support/planning.js';

const vm = (text: string) => ({ spec: load(text).spec, plan: plan(text) });
const GIB = 1024 ** 3;

it('of a small VM that is placed nowhere are none', () => {
  const needs = needsOf([vm('machine: {accelerator: tcg}\nplacement: {vcpus: none}\n')]);
  expect(needs).toMatchObject({
    vms: ['worker'],
    kvm: false,
    pages: [],
    isolated: [],
    pinned: false,
    hostDevices: false,
    taps: false,
    caches: false,
    lockedBytes: 0,
  });
});

it('are the CPUs of pinned vCPUs in their order, their pages by node, devices, taps and caches', () => {
  const text = `
machine: {accelerator: kvm}
cpu: {vcpus: 4}
memory: {size: 4GiB, hugepages: 1GiB, hostNodes: "0", locked: true}
placement: {cache: {l3Ways: 2}}
networks: [{type: bridge, bridge: br0}]
hostDevices: [{pci: "0000:65:00.0"}, {pci: "0000:66:00.0"}]
iommu: {model: intel}
`;
  expect(needsOf([vm(text)])).toEqual({
    vms: ['worker'],
    kvm: true,
    pages: [{ node: 0, pageBytes: GIB, pages: 4 }],
    isolated: [1, 11, 2, 12],
    pinned: true,
    hostDevices: true,
    taps: true,
    nested: true,
    caches: true,
    lockedBytes: 8 * GIB,
  });
});

it('count no pages for a VM that runs, and has them', () => {
  const text = 'machine: {accelerator: kvm}\nmemory: {size: 2GiB, hugepages: 1GiB}\n';
  expect(needsOf([vm(text), vm(text)]).pages).toEqual([{ node: null, pageBytes: GIB, pages: 4 }]);
  expect(needsOf([vm(text)], ['worker']).pages).toEqual([]);
});
