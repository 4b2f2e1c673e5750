import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amdMachine, hostFacts, notesMachine } from '../support/hosts.js';
import { imageFile, plan } from '../support/planning.js';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

describe('planNumaNodes', () => {
  it('refuses one file behind the memory of several nodes, and takes a folder, in which each gets its own', () => {
    const text =
      'cpu: {vcpus: 2}\nmemory: {backing: file, path: ram}\nnuma: [{cpus: 0, memory: 512MiB}, {cpus: 1, memory: 512MiB}]';
    const keysWith = (kind: 'missing' | 'file' | 'folder') =>
      plan(text, { files: { '/specs/ram': { ...imageFile, kind } } }).findings.map(({ key }) => key);
    expect([keysWith('missing'), keysWith('file'), keysWith('folder')]).toEqual([
      ['memory.path'],
      ['memory.path'],
      [],
    ]);
  });

  it('gives a guest on one node none, and says so no more than that', () => {
    expect(plan('cpu: {vcpus: 8}').memory.nodes).toEqual([]);
    expect(plan('cpu: {vcpus: 48}\nnuma: none', { host: amdMachine() }).memory.nodes).toEqual([]);
  });

  it('mirrors the nodes that the vCPUs are on, each with the memory of its own', () => {
    const { memory, decisions } = plan('cpu: {vcpus: 48}\nmemory: {size: 3GiB}', { host: amdMachine() });
    expect(
      memory.nodes.map(({ cpus, memory: own }) => [cpus.length, own?.hostNodes, own?.policy, own?.bytes]),
    ).toEqual([
      [24, [0], 'bind', 1.5 * GIB],
      [24, [1], 'bind', 1.5 * GIB],
    ]);
    expect(memory.nodes[0]?.distances).toEqual([10, 21]);
    expect(decisions.find(({ key }) => key === 'numa')?.value).toBe(
      'vCPUs 0-23 on node 0; vCPUs 24-47 on node 1',
    );
  });

  it('prefers a node that is too small for its share, for bound memory that is missing kills the guest', () => {
    const host = amdMachine();
    const nodes = host.nodes.map((node) => ({
      ...node,
      availableBytes: node.node === 1 ? GIB : node.availableBytes,
    }));
    const { memory } = plan('cpu: {vcpus: 48}\nmemory: {size: 8GiB}', { host: { ...host, nodes } });
    expect(memory.nodes.map(({ memory: own }) => own?.policy)).toEqual(['bind', 'preferred']);
  });

  it('gives every node some, and its part to the nearest whole page', () => {
    const host = hostFacts({ sockets: 2, coresPerL3: 4, threads: 2 });
    const bytesOf = (pages: number) =>
      plan(`cpu: {vcpus: 10}\nmemory: {size: ${pages}GiB, hugepages: 1GiB}`, { host }).memory.nodes.map(
        ({ memory }) => (memory?.bytes ?? 0) / GIB,
      );
    expect([bytesOf(4), bytesOf(2), bytesOf(10)]).toEqual([
      [1, 3],
      [1, 1],
      [2, 8],
    ]);
  });

  it('binds a node to no more pages than it has', () => {
    const pools = (free: number) => [{ pageBytes: GIB, total: free, free }];
    const host = hostFacts({ sockets: 2, coresPerL3: 4, threads: 2 });
    const nodes = host.nodes.map((node) => ({ ...node, hugepages: pools(node.node === 0 ? 0 : 16) }));
    const { memory, findings } = plan('cpu: {vcpus: 10}\nmemory: {size: 4GiB, hugepages: 1GiB}', {
      host: { ...host, nodes, hugepages: pools(16) },
    });
    expect(memory.nodes.map(({ memory: own }) => [own?.hostNodes, own?.policy])).toEqual([
      [[0], 'preferred'],
      [[1], 'bind'],
    ]);
    expect(findings).toEqual([]);
  });

  it('binds nothing to a node that our cpuset leaves out', () => {
    const host = { ...hostFacts({ sockets: 2, coresPerL3: 4, threads: 2 }), allowedNodes: [1] };
    const policies = (text: string) => {
      const { memory } = plan(text, { host });
      return memory.nodes.length === 0 ? memory : memory.nodes.map(({ memory: own }) => own?.hostNodes);
    };
    expect(policies('cpu: {vcpus: 14}')).toEqual([[], [1]]);
    expect(policies('cpu: {vcpus: 2}\nplacement: {vcpus: "1,9"}')).toMatchObject({ hostNodes: [] });
    expect(plan('memory: {hostNodes: "0-1"}', { host }).findings).toMatchObject([
      { code: 'host.node', key: 'memory.hostNodes', hint: 'It may come from 1.' },
    ]);
  });

  it('loses no byte, and keeps whole huge pages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 4000 }), (pages) => {
        const text = `cpu: {vcpus: 50}\nmemory: {size: ${pages * 2}MiB, hugepages: 2MiB}`;
        const own = plan(text, { host: amdMachine() }).memory.nodes.map(({ memory }) => memory?.bytes ?? 0);
        expect(own.reduce((sum, bytes) => sum + bytes, 0)).toBe(pages * 2 * MIB);
        expect(own.every((bytes) => bytes % (2 * MIB) === 0)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  const rows = (policy: string) =>
    plan(
      `memory: {allocation: immediate}\nnuma: [{cpus: 0, memory: 1GiB, hostNodes: "0", policy: ${policy}}]`,
    ).memory.nodes[0]?.memory;

  it.each([
    ['bind', { hostNodes: [0], policy: 'bind', threadContext: true }],
    ['preferred', { hostNodes: [0], policy: 'preferred', threadContext: true }],
    ['interleave', { hostNodes: [0], policy: 'interleave', threadContext: true }],
    ['restrictive', { hostNodes: [], policy: 'default', threadContext: false }],
  ])('policy %s', (policy, expected) => {
    expect(rows(policy)).toMatchObject(expected);
  });

  it('fills in the distances that are not said: the other way the same, else 20', () => {
    const text =
      'memory: {size: 3GiB}\nnuma: [{cpus: 0, memory: 1GiB, distances: {1: 30}}, {memory: 1GiB}, {memory: 1GiB}]';
    expect(plan(text).memory.nodes.map(({ distances }) => distances)).toEqual([
      [10, 30, 20],
      [30, 10, 20],
      [20, 20, 10],
    ]);
  });

  it('tells of a host node that is not there', () => {
    const { findings } = plan('memory: {hostNodes: "0,7"}', { host: notesMachine() });
    expect(findings).toEqual([
      {
        severity: 'missing',
        code: 'host.node',
        key: 'memory.hostNodes',
        message: 'there is no node 7 on this host',
        hint: 'It has 0.',
      },
    ]);
  });
});
