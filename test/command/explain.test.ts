import { describe, expect, it } from 'vitest';
import { argv } from '../../src/command/argv.js';
import { compileCommand } from '../../src/command/compile-plan.js';
import { explain } from '../../src/command/explain.js';
import { load, plan } from '../support/planning.js';

const text =
  'cpu:\n  vcpus: 2\ndisks:\n  - source: a.img\nqemu:\n  extraArgs: [-k, de]\nmemory:\n  locked: false\n';

describe('explain', () => {
  const command = compileCommand(plan(text));
  const explained = explain(command, load(text).locate);

  it('explains every option, in the order of the command line', () => {
    expect(explained.flatMap(({ flag, value }) => (value === null ? [flag] : [flag, value]))).toEqual(
      argv(command).slice(1),
    );
    for (const { why } of explained) expect(why).toMatch(/^\S.+\.$/);
  });

  it('names the line of the spec, and none for a default', () => {
    const at = (flag: string) => explained.find((option) => option.flag === flag)?.at;
    expect(at('-smp')).toBe('/specs/worker.yaml:2');
    expect(at('-blockdev')).toBe('/specs/worker.yaml:4');
    expect(at('-overcommit')).toBe('/specs/worker.yaml:8');
    expect(at('-m')).toBeNull();
    expect(at('-object')).toBe('/specs/worker.yaml:7');
    expect(at('-S')).toBeNull();
    expect(explained.at(-1)).toMatchObject({
      flag: 'de',
      key: 'qemu.extraArgs[1]',
      at: '/specs/worker.yaml:6',
    });
  });

  it.each([
    ['memory: {hugepages: 2MiB}', '-object', 'The pages are taken from the host at once'],
    ['memory: {access: shared, merge: true}', '-object', 'Processes that map it'],
    ['memory: {locked: true}', '-overcommit', 'The host has that much less memory'],
    ['cpu: {nested: true}', '-cpu', 'reaches more of KVM'],
    ['machine: {accelerator: tcg}', '-accel', 'Many times slower'],
    ['placement: {vcpus: "2"}', '-smp', 'Host CPU 2 is given to no other VM'],
    ['disks: [{source: a.img, cache: unsafe}]', '-device', 'is lost if the host crashes'],
    ['display: {type: vnc, port: 5901}', '-vnc', 'Without a password'],
    ['hostDevices: [{pci: "0000:65:00.0"}]', '-device', 'The host is without it'],
    ['iommu: {model: virtio}', '-device', 'costs time'],
    ['qemu: {extraArgs: [-k]}', '-k', 'may undo anything'],
    ['networks: [{type: user}]', '-netdev', 'slower than a bridge'],
    ['cloudInit: {}', '-device', 'keep plain secrets out'],
  ])('%s: what %s costs or risks', (text, flag, cost) => {
    const all = explain(compileCommand(plan(text)), load(text).locate);
    const costs = all.filter((option) => option.flag === flag).map((option) => option.cost ?? '');
    expect(costs.filter((one) => one.includes(cost))).toHaveLength(1);
    expect(costs.filter((one) => one !== '').join(' ')).toMatch(/\.$/);
  });

  it('a plain VM costs nothing that is worth a word', () => {
    const plainVm = explain(
      compileCommand(plan('placement: {vcpus: none}\ncpu: {nested: false}')),
      () => undefined,
    );
    expect(plainVm.filter(({ cost: told }) => told !== null)).toEqual([]);
  });
});
