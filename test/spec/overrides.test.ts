import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/spec/error.js';
import { loadSpec } from '../../src/spec/load.js';

const load = (text: string, ...overrides: string[]) =>
  loadSpec({ file: '/vms/demo.yaml', folder: '/vms', text }, { overrides, cwd: '/home' }).spec;

function messagesOf(text: string, ...overrides: string[]): string[] {
  try {
    load(text, ...overrides);
  } catch (error) {
    if (error instanceof SpecError)
      return error.issues.length === 1 ? [error.message] : error.details.filter(Boolean);
    throw error;
  }
  return [];
}

describe('an override', () => {
  it('sets a key that is there, and one that is not', () => {
    const { cpu, memory } = load('cpu: {vcpus: 2, model: max}', 'cpu.vcpus=4', 'memory.size=2GiB');
    expect([cpu.vcpus, cpu.model, memory.size]).toEqual([4, 'max', 2 * 1024 ** 3]);
  });

  it('is applied after those before it', () => {
    expect(load('{}', 'cpu.vcpus=4', 'cpu.vcpus=2').cpu.vcpus).toBe(2);
    expect(load('{}', 'cpu.vcpus=4', 'cpu={model: max}').cpu).toMatchObject({ vcpus: 1, model: 'max' });
  });

  it('reads its value as YAML', () => {
    const spec = load(
      '{}',
      'rng=false',
      'boot.order=[net, disk]',
      'cpu.topology={cores: 1}',
      'cpu.features.x2apic=true',
    );
    expect(spec.rng).toEqual([]);
    expect(spec.boot.order).toEqual(['net', 'disk']);
    expect(spec.cpu.topology).toEqual({ sockets: 1, dies: 1, cores: 1, threads: 1 });
    expect(spec.cpu.features).toEqual({ x2apic: true });
  });

  it.each([
    ['console=ttyS0 quiet', 'console=ttyS0 quiet'],
    ['init=/bin/sh # no comment', 'init=/bin/sh # no comment'],
    ['a: b', 'a: b'],
    ['7', '7'],
    ['"in quotes"', 'in quotes'],
    ["'it''s'", "it's"],
    ['"one" two', '"one" two'],
    ['', ''],
    ['[a, b]', '[a, b]'],
    ['*x', '*x'],
  ])('takes text for a key of text as it stands: %s', (written, cmdline) => {
    expect(load('boot: {kernel: k}', `boot.cmdline=${written}`).boot.cmdline).toBe(cmdline);
  });

  it('takes a name that looks like a number', () => {
    expect(load('{}', 'name=12').name).toBe('12');
  });

  it('sets items of lists by index, and adds the next one', () => {
    const text = 'disks: [{source: a.img}, {source: b.img}]';
    expect(load(text, 'disks[1].cache=none').disks.map(({ cache }) => cache)).toEqual(['auto', 'none']);
    expect(load(text, 'disks[2].source=c.img').disks.map(({ source }) => source)).toEqual([
      '/vms/a.img',
      '/vms/b.img',
      '/home/c.img',
    ]);
    expect(load('{}', 'networks[0].type=user').networks).toHaveLength(1);
  });

  it('sets entries of maps', () => {
    expect(load('cpu: {vcpus: 2}', 'placement.vcpus.0=4', 'placement.vcpus.1=5-6').placement.vcpus).toEqual({
      0: [4],
      1: [5, 6],
    });
  });

  it.each([
    ['cpu.vcpu=4', '--set cpu.vcpu: unknown key; did you mean vcpus?'],
    ['memroy.size=1GiB', '--set memroy: unknown key; did you mean memory?'],
    ['cpu.vcpus=four', '--set cpu.vcpus: must be a whole number, not "four"'],
    ['cpu.vcpus=', '--set cpu.vcpus: must be a whole number, not ""'],
    ['cpu.vcpus.x=4', '--set cpu.vcpus: must be a whole number, not a map'],
    ['cpu.vcpus=[1', '--set cpu.vcpus: "[1" is no YAML value; put it in quotes'],
    ['disks[1].cache=none', '--set disks[1].cache: there is no [1]: the list is empty; [0] adds an item'],
    ['serial[9]={type: pty}', '--set serial[9]: there is no [9]: the list is empty; [0] adds an item'],
    [
      'disks[0].cache=none',
      '--set disks[0].source: is missing, and has no default; give it an image file or a block device',
    ],
    [
      'name=../x',
      '--set name: "../x" is no name: 1 to 64 letters, digits, ".", "_", "-", beginning with a letter or digit',
    ],
    ['extends=base.yaml', '--set extends: cannot be set on the command line; write it into a spec'],
    [
      'cpu.features.__proto__=true',
      '--set cpu.features.__proto__: cannot be set on the command line; write it into a spec',
    ],
    ['rng', '--set "rng" is no KEY=VALUE; write it as in --set cpu.vcpus=4 or --set disks[0].cache=none'],
    ['=1', '--set "=1" is no KEY=VALUE; write it as in --set cpu.vcpus=4 or --set disks[0].cache=none'],
    [
      'cpu..vcpus=1',
      '--set "cpu..vcpus=1" is no KEY=VALUE; write it as in --set cpu.vcpus=4 or --set disks[0].cache=none',
    ],
    ['[0]=1', '--set "[0]=1" is no KEY=VALUE; write it as in --set cpu.vcpus=4 or --set disks[0].cache=none'],
  ])('is refused: %s', (override, message) => {
    expect(messagesOf('{}', override)).toEqual([message]);
  });

  it('is told with the others that are wrong', () => {
    expect(messagesOf('{}', 'cpu.vcpus=0', 'rng=maybe')).toEqual([
      '--set cpu.vcpus: 0 must be at least 1',
      '--set rng: must be true, false, a map or a list, not "maybe"',
    ]);
  });
});
