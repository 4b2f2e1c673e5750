import { describe, expect, it } from 'vitest';
import type { HostFacts } from '../../../src/plan/facts.js';
import { hostFacts, notesMachine } from '../../support/hosts.js';
import { plan as planWhole } from '../../support/planning.js';
import { claim, messages, plan, topology } from './planned.js';

const GIB = 1024 ** 3;

/** Two nodes of four cores with siblings n and n+8: 0-3 and 8-11 on node 0, 4-7 and 12-15 on node 1. */
const twoNodes = (): HostFacts => hostFacts({ sockets: 2, coresPerL3: 4, threads: 2 });

interface Row {
  readonly cpus?: string;
  readonly memory?: string;
  readonly hostNodes?: string;
  readonly policy?: string;
}
const guest = (vcpus: number, ...numa: Row[]) => ({
  vcpus,
  spec: { memory: { size: `${numa.length}GiB` }, numa: numa.map((row) => ({ memory: '1GiB', ...row })) },
});
const nodesOf = ({ placement }: ReturnType<typeof plan>) => placement.vcpus.map(({ node }) => node);

describe('nodes of the guest that the spec lists', () => {
  it('are each on the host node that they name', () => {
    const named = guest(4, { cpus: '0-1', hostNodes: '1' }, { cpus: '2-3', hostNodes: '0' });
    const result = plan(twoNodes(), named);
    expect(result.cpus).toEqual([4, 12, 1, 9]);
    expect(result.topology).toEqual(topology(2, 1, 1, 2));
    expect(result.placement.relaxed).toEqual([]);
    expect(messages(result)).toEqual([]);
    expect(result.placement.reasons[0]).toBe(
      'numa[0]: 1 whole free core in node 1 with one L3 cache, siblings next to each other; numa[0]: numa[0].hostNodes on node 1: the vCPUs are there; ' +
        'numa[1]: 1 whole free core in node 0 with one L3 cache, siblings next to each other; numa[1]: numa[1].hostNodes on node 0: the vCPUs are there',
    );
  });

  it('are each on a host node of its own, where they name none, beside those that do', () => {
    expect(nodesOf(plan(twoNodes(), guest(4, { cpus: '0-1' }, { cpus: '2-3' })))).toEqual([0, 0, 1, 1]);
    const half = plan(twoNodes(), guest(4, { cpus: '0-1' }, { cpus: '2-3', hostNodes: '0' }));
    expect(nodesOf(half)).toEqual([1, 1, 0, 0]);
    expect(half.placement.relaxed).toEqual([]);
  });

  it('has the first of them where the devices are', () => {
    const device = { address: '0000:65:00.0', vendor: '8086', device: '1', class: '020000', driver: null };
    const host = { ...twoNodes(), pciDevices: [{ ...device, iommuGroup: 1, node: 1 }] };
    const { vcpus, spec } = guest(4, { cpus: '0-1' }, { cpus: '2-3' });
    const result = plan(host, { vcpus, spec: { ...spec, hostDevices: [{ pci: '0000:65:00.0' }] } });
    expect(nodesOf(result)).toEqual([1, 1, 0, 0]);
    expect(result.placement.relaxed).toEqual([]);
  });

  it('gives no CPU twice where they share a host node, and says that they do', () => {
    const db = claim('db', 4, 12, 5, 13, 6, 14, 7, 15);
    const shared = plan(twoNodes(), { ...guest(4, { cpus: '0-1' }, { cpus: '2-3' }), claims: [db] });
    expect(shared.cpus).toEqual([1, 9, 2, 10]);
    expect(shared.placement.relaxed).toEqual([
      'numa[1]: it shares a host node with another node of the guest: no other has room for it',
    ]);
    const three = plan(twoNodes(), guest(6, { cpus: '0-1' }, { cpus: '2-3' }, { cpus: '4-5' }));
    expect(three.cpus).toEqual([1, 9, 4, 12, 2, 10]);
    expect(three.placement.relaxed).toEqual([]);
  });

  it('says where one is away from what it names', () => {
    const db = claim('db', 4, 12, 5, 13, 6, 14, 7, 15);
    const named = guest(4, { cpus: '0-1', hostNodes: '0' }, { cpus: '2-3', hostNodes: '1' });
    expect(plan(twoNodes(), { ...named, claims: [db] }).placement.relaxed).toEqual([
      'numa[1]: the vCPUs are on node 0, away from numa[1].hostNodes on node 1: there is no room for 2 vCPUs there',
    ]);
    const strict = { ...named, claims: [db], placement: { vcpus: 'strict' } };
    expect(messages(plan(twoNodes(), strict))[0]).toMatch(/^missing: strict placement of 4 vCPUs/);
  });

  it('shows siblings to all of them or to none', () => {
    const odd = plan(twoNodes(), guest(5, { cpus: '0-2' }, { cpus: '3-4' }));
    expect(odd.cpus).toEqual([1, 2, 3, 4, 5]);
    expect(odd.topology.threads).toBe(1);
    const apart = plan(twoNodes(), guest(4, { cpus: '0,2' }, { cpus: '1,3' }));
    expect(apart.cpus).toEqual([1, 4, 2, 5]);
    expect(messages(apart)).toEqual([]);
  });

  it('leaves out vCPUs that may be plugged, and nodes of memory alone', () => {
    const numa = [{ cpus: '0-1,4-5' }, { cpus: '2-3,6-7' }, { hostNodes: '1' }];
    const { spec } = guest(4, ...numa);
    const result = plan(twoNodes(), { vcpus: 4, cpu: { maxVcpus: 8 }, spec });
    expect(nodesOf(result)).toEqual([0, 0, 1, 1]);
  });

  it('are placed as a whole on a host of one node', () => {
    expect(plan(notesMachine(), guest(4, { cpus: '0-1' }, { cpus: '2-3' })).cpus).toEqual([1, 11, 2, 12]);
  });

  it('goes where its own memory is, and binds that there', () => {
    const host = twoNodes();
    const nodes = host.nodes.map((node) => (node.node === 0 ? { ...node, availableBytes: 2 * GIB } : node));
    const text = (more = '') =>
      `cpu: {vcpus: 4}\nmemory: {size: 5GiB}\nnuma: [{cpus: 0-1, memory: 4GiB${more}}, {cpus: 2-3, memory: 1GiB}]\n`;
    const { placement, memory } = planWhole(text(), { host: { ...host, nodes } });
    expect(placement.vcpus.map(({ node }) => node)).toEqual([1, 1, 0, 0]);
    const bindings = (planned: ReturnType<typeof planWhole>) =>
      planned.memory.nodes.map((node) => [node.memory?.hostNodes, node.memory?.policy]);
    expect(memory.nodes.map((node) => [node.memory?.hostNodes, node.memory?.policy])).toEqual([
      [[1], 'bind'],
      [[0], 'bind'],
    ]);
    expect(bindings(planWhole(text(', policy: interleave'), { host }))[0]).toEqual([[], 'default']);
  });
});
