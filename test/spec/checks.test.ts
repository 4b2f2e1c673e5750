/** What the checks let pass; what they refuse is in broken/. */
import { describe, expect, it } from 'vitest';
import { checkSpec } from '../../src/spec/checks.js';
import { loadSpec } from '../../src/spec/load.js';

const load = (text: string) => loadSpec({ file: '/vms/x.yaml', folder: '/vms', text }).spec;

describe('the checks let pass', () => {
  it.each([
    [
      'a topology of all vCPUs there may be',
      'cpu: {vcpus: 2, maxVcpus: 8, topology: {sockets: 2, cores: 2, threads: 2}}',
    ],
    ['as many vCPUs as a machine has', 'cpu: {vcpus: 4096}'],
    [
      'a list with one CPU a vCPU',
      'cpu: {vcpus: 3}\nplacement: {vcpus: "5,1-2", reserve: 0, emulator: "0,1"}',
    ],
    ['a map that places two vCPUs on one CPU', 'cpu: {vcpus: 2}\nplacement: {vcpus: {0: 1, 1: 1}}'],
    ['one list for all I/O threads', 'ioThreads: 3\nplacement: {ioThreads: "0-1"}'],
    ['a list an I/O thread', 'ioThreads: 2\nplacement: {ioThreads: [0, "1-2"]}'],
    ['a disk on the last I/O thread', 'ioThreads: 2\ndisks: [{source: a, ioThread: 1}]'],
    ['one image twice, read only', 'disks: [{source: a, readOnly: true}, {source: a, readOnly: true}]'],
    [
      'native past the page cache',
      'disks: [{source: a, aio: native, cache: directsync}, {source: b, aio: native}]',
    ],
    ['a kernel with uefi', 'boot: {kernel: k, initrd: i, cmdline: c, firmware: uefi}'],
    ['memory in a file', 'memory: {backing: file, path: /dev/shm/x, discard: true, access: shared}'],
    ['huge pages of memfd', 'memory: {backing: memfd, hugepages: 2MiB, size: 6MiB}'],
    ['a MiB', 'memory: {size: 1MiB}'],
    [
      'one port in both protocols and on two addresses',
      'networks: [{type: user, forwards: ["53:53", "53:53/udp", "127.0.0.2:53:53"]}]',
    ],
    [
      'ids of our own choice',
      'disks: [{source: a, id: disk1}, {source: b, id: disk0}]\nnetworks: [{type: user, id: lan}]',
    ],
    [
      'queues of virtio',
      'networks: [{type: tap, device: tap0, queues: 4}, {type: tap, device: tap1, model: e1000, queues: 1}]',
    ],
  ])('%s', (_, text) => {
    expect(checkSpec(load(text))).toEqual([]);
  });
});
