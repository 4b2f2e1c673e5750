import { describe, expect, it } from 'vitest';
import { amdMachine, notesMachine } from '../support/hosts.js';
import { imageFile, plan } from '../support/planning.js';

const MIB = 1024 ** 2;
const pages = (free: number) => ({
  ...notesMachine(),
  live: true,
  hugepages: [{ pageBytes: 2 * MIB, total: 10, free }],
});

describe('planMemory', () => {
  it.each([
    [
      'nothing asked for',
      'memory: {}',
      { backing: 'anonymous', hugepageBytes: null, preallocate: false, shared: false },
    ],
    ['shared', 'memory: {access: shared}', { backing: 'memfd', shared: true, preallocate: false }],
    [
      'huge pages',
      'memory: {hugepages: true}',
      { backing: 'memfd', hugepageBytes: 2 * MIB, preallocate: true, preallocThreads: 1 },
    ],
    ['huge pages on demand', 'memory: {hugepages: 2MiB, allocation: onDemand}', { preallocate: false }],
    ['locked', 'memory: {locked: true}', { backing: 'anonymous', locked: true, preallocate: true }],
    ['many vCPUs', '{cpu: {vcpus: 32}, memory: {allocation: immediate}}', { preallocThreads: 16 }],
  ])('%s', (_what, text, expected) => {
    expect(plan(text).memory).toMatchObject(expected);
  });

  it('takes memory from the node of the vCPUs, where there are several', () => {
    expect(plan('cpu: {vcpus: 4}', { host: amdMachine() }).memory).toMatchObject({
      hostNodes: [0],
      policy: 'preferred',
    });
    expect(plan('cpu: {vcpus: 4}').memory).toMatchObject({ hostNodes: [], policy: 'default' });
  });

  it('says how many huge pages are missing and how to get them', () => {
    const { findings } = plan('memory: {size: 32MiB, hugepages: 2MiB}', { host: pages(7) });
    expect(findings).toContainEqual({
      severity: 'missing',
      code: 'host.hugepages',
      key: 'memory.hugepages',
      message: '16 huge pages of 2MiB are needed, 7 of 10 are free',
      hint: 'Reserve them: echo 19 > /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages',
    });
    expect(plan('memory: {size: 14MiB, hugepages: 2MiB}', { host: pages(7) }).findings).toEqual([]);
  });

  it('takes memory from anywhere when the vCPUs are on two nodes, and takes no lack for granted on a captured tree', () => {
    const wide = plan('{cpu: {vcpus: 34}, memory: {hugepages: 2MiB}}', { host: amdMachine() });
    expect(new Set(wide.placement.vcpus.map(({ node }) => node)).size).toBe(2);
    expect(wide.memory).toMatchObject({ hostNodes: [], policy: 'default' });
    expect(wide.findings.filter(({ code }) => code === 'host.hugepages')).toEqual([]);
  });

  it('tells of a limit on locked memory, and of a file that nobody can make', () => {
    const host = { ...notesMachine(), lockableBytes: 8 * MIB };
    expect(plan('memory: {locked: true}', { host }).findings).toMatchObject([
      {
        severity: 'missing',
        code: 'host.memlock',
        message: 'this user may lock 8MiB of memory (ulimit -l), and the guest has 1GiB',
      },
    ]);
    expect(plan('memory: {locked: true, size: 8MiB}', { host }).findings).toEqual([]);
    const missing = { ...imageFile, kind: 'missing' } as const;
    const text = 'memory: {backing: file, path: /no/such/ram}';
    const codes = (files: Record<string, typeof imageFile>) =>
      plan(text, { files }).findings.map(({ code }) => code);
    expect(codes({ '/no/such/ram': missing, '/no/such': missing })).toEqual(['host.memory-path']);
    expect(codes({ '/no/such/ram': missing, '/no/such': { ...imageFile, kind: 'folder' } })).toEqual([]);
  });

  it('warns of more memory than the host has, and of a private memfd', () => {
    const codes = (text: string) => plan(text).findings.map(({ severity, key }) => [severity, key]);
    expect(codes('memory: {size: 65GiB}')).toEqual([['warning', 'memory.size']]);
    expect(codes('memory: {backing: memfd}')).toEqual([['warning', 'memory.backing']]);
  });
});
