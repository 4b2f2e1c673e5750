import { describe, expect, it } from 'vitest';
import type { FileFacts, HostFacts, PciDeviceFacts } from '../../../src/plan/facts.js';
import { hostFacts, notesMachine } from '../../support/hosts.js';
import { plan } from './planned.js';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** Two nodes of four cores with siblings n and n+8: 0-3 and 8-11 on node 0, 4-7 and 12-15 on node 1. */
const twoNodes = (): HostFacts => hostFacts({ sockets: 2, coresPerL3: 4, threads: 2 });
/** The same with something on node 1. */
const having = (facts: Partial<HostFacts>): HostFacts => ({ ...twoNodes(), ...facts });
const pci = (address: string, node: number | null): PciDeviceFacts => {
  return { address, vendor: '8086', device: '1', class: '020000', driver: null, iommuGroup: 1, node };
};
const gpu = { hostDevices: [{ pci: '0000:65:00.0' }] };
const onNode1 = [4, 12, 5, 13];
const onNode0 = [1, 9, 2, 10];
const nodeOf = (result: ReturnType<typeof plan>) => [
  ...new Set(result.placement.vcpus.map(({ node }) => node)),
];

describe('a VM goes to the node', () => {
  it('of its passthrough device, and says so', () => {
    const host = having({ pciDevices: [pci('0000:65:00.0', 1)] });
    const result = plan(host, { vcpus: 4, spec: gpu });
    expect(result.cpus).toEqual(onNode1);
    expect(result.placement.relaxed).toEqual([]);
    expect(result.placement.reasons).toContain('hostDevices[0] on node 1: the vCPUs are there');
    expect(plan(having({ pciDevices: [pci('0000:65:00.0', null)] }), { vcpus: 4, spec: gpu }).cpus).toEqual(
      onNode0,
    );
  });

  it('of its NVMe drive, by address', () => {
    const host = having({ pciDevices: [pci('0000:03:00.0', 1)] });
    const disks = [{ source: { type: 'nvme', pci: '0000:03:00.0' } }];
    expect(plan(host, { vcpus: 4, spec: { disks } }).cpus).toEqual(onNode1);
  });

  it('of its disk, by the device that the file is on; in a captured tree by its name', () => {
    const host = having({ blockDevices: [{ name: 'nvme1n1', number: '259:3', node: 1 }] });
    const file: FileFacts = {
      kind: 'file',
      readable: true,
      writable: true,
      bytes: 1,
      direct: true,
      format: 'raw',
      device: '259:3',
    };
    const disks = (source: string) => ({ disks: [{ source }] });
    const files = new Map([
      ['/images/a.raw', file],
      ['/dev/nvme1n1', { ...file, device: '8:0' }],
    ]);
    expect(plan(host, { vcpus: 4, spec: disks('/images/a.raw'), files }).cpus).toEqual(onNode1);
    expect(plan(host, { vcpus: 4, spec: disks('/dev/nvme1n1') }).cpus).toEqual(onNode1);
    expect(plan(host, { vcpus: 4, spec: disks('/dev/nvme1n1'), files }).cpus).toEqual(onNode0);
  });

  it('of its NIC, unless a disk or a device says otherwise', () => {
    const host = having({
      interfaces: [{ name: 'br0', bridge: true, tap: null, node: 1 }],
      blockDevices: [{ name: 'sda', number: '8:0', node: 0 }],
    });
    const networks = [{ type: 'bridge', bridge: 'br0' }];
    expect(plan(host, { vcpus: 4, spec: { networks } }).cpus).toEqual(onNode1);
    expect(plan(host, { vcpus: 4, spec: { networks, disks: [{ source: '/dev/sda' }] } }).cpus).toEqual(
      onNode0,
    );
  });

  it('that the spec names for its memory, before all else', () => {
    const host = having({ pciDevices: [pci('0000:65:00.0', 0)] });
    const memory = { size: '1GiB', hostNodes: '1' };
    expect(plan(host, { vcpus: 4, spec: { ...gpu, memory } }).cpus).toEqual(onNode1);
  });

  it('that is nearest to a device on a node without CPUs', () => {
    const host = hostFacts({ sockets: 2, coresPerL3: 4, threads: 2 });
    const memoryNode = {
      node: 9,
      cpus: [],
      memoryBytes: GIB,
      availableBytes: GIB,
      hugepages: [],
      distances: [40, 15, 10],
    };
    const nodes = host.nodes.map((node) => ({
      ...node,
      distances: [...node.distances, node.node === 1 ? 15 : 40],
    }));
    const result = plan(
      { ...host, nodes: [...nodes, memoryNode], pciDevices: [pci('0000:65:00.0', 9)] },
      { vcpus: 4, spec: gpu },
    );
    expect(result.cpus).toEqual(onNode1);
    expect(result.placement.relaxed).toEqual([]);
  });

  it('of its device only if it fits: then it says that it is away', () => {
    const host = having({ pciDevices: [pci('0000:65:00.0', 1)] });
    const claims = [{ vm: 'db', exclusiveCpus: [4, 12, 5, 13, 6, 14] }];
    const result = plan(host, { vcpus: 4, spec: gpu, claims });
    expect(nodeOf(result)).toEqual([0]);
    expect(result.placement.relaxed).toEqual([
      'the vCPUs are on node 0, away from hostDevices[0] on node 1: there is no room for 4 vCPUs there',
    ]);
  });
});

describe('a VM goes where its memory is', () => {
  const withAvailable = (...available: (number | null)[]): HostFacts => {
    const host = twoNodes();
    const nodes = host.nodes.map((node, index) => ({ ...node, availableBytes: available[index] ?? null }));
    return { ...host, nodes };
  };
  const memory = (size: string, more = {}) => ({ memory: { size, ...more } });

  it('to the node that has enough', () => {
    const result = plan(withAvailable(4 * GIB, 16 * GIB), { vcpus: 4, spec: memory('8GiB') });
    expect(result).toMatchObject({ cpus: onNode1, placement: { relaxed: [] } });
    expect(plan(withAvailable(null, 16 * GIB), { vcpus: 4, spec: memory('8GiB') }).cpus).toEqual(onNode0);
  });

  it('to the node that has the huge pages', () => {
    const host = twoNodes();
    const pools = (free: number) => [{ pageBytes: 2 * MIB, total: 1024, free }];
    const nodes = host.nodes.map((node) => ({ ...node, hugepages: pools(node.node === 1 ? 1024 : 511) }));
    const spec = memory('1GiB', { hugepages: '2MiB' });
    expect(plan({ ...host, nodes }, { vcpus: 4, spec }).cpus).toEqual(onNode1);
  });

  it('to several nodes, where none alone has enough', () => {
    const result = plan(withAvailable(6 * GIB, 5 * GIB), { vcpus: 4, spec: memory('8GiB') });
    expect(nodeOf(result)).toEqual([0, 1]);
    expect(result.topology).toEqual({ sockets: 2, dies: 1, cores: 1, threads: 2 });
    expect(result.placement.relaxed[1]).toBe(
      'the vCPUs are spread over nodes 0 and 1: no node alone has room for 4 vCPUs on whole free cores with enough memory',
    );
  });

  it('to no node that has none, or that our cpuset leaves out', () => {
    const confined = { ...twoNodes(), allowedNodes: [1] };
    expect(plan(confined, { vcpus: 4 })).toMatchObject({ cpus: onNode1, placement: { relaxed: [] } });
    const nodes = twoNodes().nodes.map((node) => (node.node === 0 ? { ...node, memoryBytes: 0 } : node));
    expect(plan(having({ nodes }), { vcpus: 4 }).cpus).toEqual(onNode1);
  });

  it('as far as there are CPUs, and says what is missing', () => {
    const claims = [{ vm: 'db', exclusiveCpus: [4, 12, 5, 13, 6, 14, 7, 15] }];
    const result = plan(withAvailable(2 * GIB, 60 * GIB), { vcpus: 4, spec: memory('8GiB'), claims });
    expect(nodeOf(result)).toEqual([0]);
    expect(result.placement.relaxed).toEqual([
      'memory comes from other nodes too: node 0 has 2GiB of memory available and not 8GiB',
    ]);
  });

  it('not where all nodes together have too little: that is told elsewhere', () => {
    const result = plan(withAvailable(1 * GIB, 2 * GIB), { vcpus: 4, spec: memory('8GiB') });
    expect(result).toMatchObject({ cpus: onNode0, placement: { relaxed: [] } });
    expect(plan(notesMachine(), { vcpus: 4, spec: memory('1TiB') }).placement.relaxed).toEqual([]);
  });
});
