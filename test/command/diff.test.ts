import { describe, expect, it } from 'vitest';
import { argv } from '../../src/command/argv.js';
import { compileCommand } from '../../src/command/compile-plan.js';
import { diff, type VmDiff } from '../../src/command/diff.js';
import { remedy } from '../../src/plan/live.js';
import { plainMachine } from '../support/hosts.js';
import { imageFile, load, plan, type World } from '../support/planning.js';

function side(text: string, world?: World) {
  const planned = plan(text, world);
  return { spec: load(text).spec, plan: planned, argv: argv(compileCommand(planned)) };
}

function diffOf(before: string, after: string, world?: World): VmDiff {
  return diff({
    specFile: '/specs/worker.yaml',
    running: side(before),
    again: side(before, world),
    now: side(after, world),
  });
}

const changesOf = (before: string, after: string) =>
  diffOf(before, after).spec.map(({ key, from, to, needs }) => [key, from, to, needs]);

describe('diff', () => {
  it('is empty for the same spec, in other words', () => {
    expect(diffOf('memory: {size: 1GiB}', '{"memory": {"size": "1024MiB"}, "cpu": {}}')).toEqual({
      name: 'worker',
      specFile: '/specs/worker.yaml',
      needs: null,
      spec: [],
      pci: [],
      qemu: null,
      command: [],
    });
  });

  it('names keys as a spec has them, with both values', () => {
    expect(changesOf('cpu: {vcpus: 2}', 'cpu: {vcpus: 4}\nmachine: {type: pc}\npanic: true')).toEqual([
      ['machine.type', 'q35', 'pc', 'restart'],
      ['cpu.vcpus', 2, 4, 'restart'],
      ['panic', null, { model: 'isa' }, 'restart'],
    ]);
  });

  it('tells devices apart by their ids', () => {
    const data = '{id: data, source: d.img}';
    const [gone, ...others] = diffOf(`disks: [{id: a, source: a.img}, ${data}]`, `disks: [${data}]`).spec;
    expect(gone).toMatchObject({ key: 'disks[0]', to: null, needs: 'live' });
    expect(others).toEqual([]);
  });

  it('says which devices without ids move', () => {
    const [a, b] = ['{source: a.img}', '{source: b.img}'];
    expect(diffOf(`disks: [${a}, ${b}]`, `disks: [${b}]`)).toMatchObject({
      needs: 'restart',
      pci: [{ id: 'disk0', from: 'vm-rp7 0x0', to: 'vm-rp1 0x0' }],
    });
    const [withId, other] = ['{id: data, source: a.img}', '{source: b.img}'];
    expect(diffOf(`disks: [${other}, ${withId}]`, `disks: [${withId}]`).pci).toEqual([]);
  });

  it('another name is another VM, and nothing else is compared', () => {
    const found = diffOf('name: a', 'name: b\ncpu: {vcpus: 2}');
    expect(found).toMatchObject({ needs: 'newVm', command: [], pci: [] });
    expect(found.spec.map(({ key }) => key)).toEqual(['name']);
  });

  it('tells what another host makes of the same spec from what the spec changed', () => {
    const { command, needs, spec } = diffOf('cpu: {l3Cache: true}', 'cpu: {l3Cache: false}', {
      host: { ...plainMachine(4), vendor: 'amd', cpuFlags: ['svm'] },
    });
    expect(needs).toBe('restart');
    expect(spec.map(({ key }) => key)).toEqual(['cpu.l3Cache']);
    const cpu = command.filter(({ option }) => option.startsWith('-cpu'));
    expect(cpu.map(({ change, cause }) => [change, cause])).toEqual([
      ['removed', 'host'],
      ['added', 'host'],
      ['removed', 'spec'],
      ['added', 'spec'],
    ]);
  });

  it('pinning moves at any time, unless the guest would see other CPUs', () => {
    const pinned = (list: string) => `cpu: {vcpus: 2, topology: {cores: 2}}\nplacement: {vcpus: "${list}"}`;
    const moved = diffOf(pinned('2,3'), pinned('4,5'));
    expect(moved.needs).toBe('live');
    expect(new Set(moved.spec.map(({ how }) => how))).toEqual(
      new Set([`vm place ${moved.name} --vcpus 4-5`]),
    );
  });

  it.each([
    ['disks: [{source: a.img, limits: {iops: 1}}]', 'disks: [{source: a.img}]', 'disks[0].limits'],
    ['cpu: {vcpus: 4, maxVcpus: 8}', 'cpu: {vcpus: 2, maxVcpus: 8}', 'cpu.vcpus'],
    ['networks: [{type: user}]', 'networks: [{type: bridge, bridge: br0}]', 'networks[0]'],
    ['cpu: {}', 'disks: [{source: new.img, size: 1GiB}]', 'disks[0]'],
    ['cpu: {}', 'guestAgent: true', 'guestAgent'],
  ])('%s → %s takes a restart', (before, after, key) => {
    const world = { files: { '/specs/new.img': { ...imageFile, kind: 'missing' } } } as const;
    const found = diff({
      specFile: '/s',
      running: side(before),
      again: side(before),
      now: side(after, world),
    });
    expect(found.spec.filter(({ key: own }) => own.startsWith(key)).map(({ needs }) => needs)).toContain(
      'restart',
    );
  });

  it('a key that is no section of ours needs a restart', () => {
    const both = { before: side('cpu: {}'), after: side('cpu: {}') };
    const change = { key: 'toString', path: ['toString'], from: 1, to: 2 };
    expect(remedy(change, both)).toMatchObject({ needs: 'restart', qmp: [] });
  });
});
