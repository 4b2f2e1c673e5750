import { describe, expect, it } from 'vitest';
import type { HostFacts } from '../../src/plan/facts.js';
import { amdMachine, notesMachine } from '../support/hosts.js';
import { plan } from '../support/planning.js';

const GIB = 1024 ** 3;
const pageBytes = 2 * 1024 ** 2;

/** This machine, as root, with so many free pages on each node. */
function here(host: HostFacts, free: number, changes: Partial<HostFacts> = {}): HostFacts {
  const pool = (count: number) => ({ pageBytes, total: count + 3, free: count });
  return {
    ...host,
    live: true,
    root: true,
    hugepages: [pool(free * host.nodes.length)],
    nodes: host.nodes.map((node) => ({ ...node, availableBytes: 4 * GIB, hugepages: [pool(free)] })),
    ...changes,
  };
}

const use = (text: string, host: HostFacts, more: Parameters<typeof plan>[1] = {}) => {
  const { memory, findings, decisions } = plan(text, { host, ...more });
  return {
    pools: memory.hugepages.map(({ node, pages, missing }) => ({ node, pages, missing })),
    findings: findings.filter(({ code }) => code === 'host.hugepages'),
    decisions: decisions.filter(({ key }) => key === 'memory.hugepages'),
  };
};

describe('huge pages that a launch adds', () => {
  const small = 'memory: {size: 32MiB, hugepages: 2MiB}';

  it('are those that are not free, and told as a decision', () => {
    expect(use(small, here(notesMachine(), 7))).toEqual({
      pools: [{ node: 0, pages: 16, missing: 9 }],
      findings: [],
      decisions: [
        {
          key: 'memory.hugepages',
          value: '9 more pages of 2MiB on node 0',
          reason: 'it takes 16, and 7 are free: the launch adds them for the time that it runs',
        },
      ],
    });
    expect(use(small, here(notesMachine(), 16))).toMatchObject({
      pools: [{ node: 0, pages: 16, missing: 0 }],
      decisions: [],
    });
  });

  it('do not count those that are promised, or that a VM that starts will take', () => {
    const pool = { pageBytes, total: 20, free: 20, reserved: 3 };
    expect(use(small, here(notesMachine(), 20, { hugepages: [pool] })).pools).toEqual([
      { node: 0, pages: 16, missing: 0 },
    ]);
    const claims = [{ vm: 'other', exclusiveCpus: [], hugepages: [{ pageBytes, node: 0, pages: 10 }] }];
    expect(use(small, here(notesMachine(), 20, { hugepages: [pool] }), { claims }).pools).toEqual([
      { node: 0, pages: 16, missing: 9 },
    ]);
  });

  it('come from the nodes that the memory is bound to', () => {
    const rows = '[{cpus: 0, memory: 32MiB, hostNodes: 0}, {cpus: 1, memory: 64MiB, hostNodes: 1}]';
    const text = `{cpu: {vcpus: 2}, memory: {size: 96MiB, hugepages: 2MiB}, numa: ${rows}}`;
    expect(use(text, here(amdMachine(), 20)).pools).toEqual([
      { node: 0, pages: 16, missing: 0 },
      { node: 1, pages: 32, missing: 12 },
    ]);
  });

  it('come from any node where the memory is bound to none', () => {
    const text = '{cpu: {vcpus: 34}, memory: {size: 5GiB, hugepages: 2MiB}, numa: none}';
    const { pools, findings } = use(text, here(amdMachine(), 100));
    expect(pools.reduce((sum, { pages }) => sum + pages, 0)).toBe(2560);
    expect(pools.reduce((sum, { missing }) => sum + missing, 0)).toBe(2560 - 100 * amdMachine().nodes.length);
    expect(findings).toEqual([]);
  });

  it('are missing where memory has no room for them', () => {
    const { findings } = use('memory: {size: 8GiB, hugepages: 2MiB}', here(notesMachine(), 0));
    expect(findings).toMatchObject([
      {
        severity: 'missing',
        message: '4096 more huge pages of 2MiB are needed on node 0, and the memory there has room for 2048',
      },
    ]);
  });

  it.each([
    ['without root', { root: false }],
    ['on another machine', { live: false }],
  ])('are missing %s', (_, changes) => {
    const { pools, findings } = use(small, here(notesMachine(), 7, changes));
    expect(pools).toEqual([{ node: 0, pages: 16, missing: 0 }]);
    expect(findings).toMatchObject([{ message: '16 huge pages of 2MiB are needed, 7 of 10 are free' }]);
  });
});
