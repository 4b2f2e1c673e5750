import { posix as path } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/spec/error.js';
import { type LoadedSpec, loadSpec } from '../../src/spec/load.js';

/** Loads the first of some files; the others are there to be read. */
function load(files: Readonly<Record<string, string>>, overrides: readonly string[] = []): LoadedSpec {
  const read = (file: string) => {
    const text = files[file];
    if (text === undefined) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    return { file, folder: path.dirname(file), text };
  };
  return loadSpec(read(Object.keys(files)[0] ?? ''), { read, overrides, cwd: '/' });
}

function messageOf(files: Readonly<Record<string, string>>): string {
  try {
    load(files);
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
  return 'taken';
}

describe('extends', () => {
  it('merges maps and replaces lists', () => {
    const { spec } = load({
      '/vms/web.yaml': 'extends: base.yaml\ncpu: {vcpus: 4}\nboot: {order: [net]}\n',
      '/vms/base.yaml':
        'cpu: {vcpus: 2, model: max, features: {x2apic: true}}\nboot: {order: [disk, net]}\nrng: false\n',
    });
    expect(spec.cpu).toMatchObject({ vcpus: 4, model: 'max', features: { x2apic: true } });
    expect([spec.boot.order, spec.rng, spec.name]).toEqual([['net'], [], 'web']);
  });

  it('replaces a single value by a map and the other way round', () => {
    const base = 'cpu: {vcpus: 2, topology: {cores: 2}}\nplacement: {vcpus: auto}\n';
    const { spec } = load({
      '/a.yaml': 'extends: b.yaml\ncpu: {topology: auto}\nplacement: {vcpus: {0: 1, 1: 2}}\n',
      '/b.yaml': base,
    });
    expect([spec.cpu.topology, spec.placement.vcpus]).toEqual(['auto', { 0: [1], 1: [2] }]);
  });

  it('inherits the name that the other spec says, not the one of its file', () => {
    expect(load({ '/a.yaml': 'extends: b.yaml', '/b.yaml': 'name: shared' }).spec.name).toBe('shared');
    expect(load({ '/a.yaml': 'extends: b.yaml', '/b.yaml': '{}\n' }).spec.name).toBe('a');
  });

  it('follows a chain, each step and each path relative to the file that it stands in', () => {
    const { spec } = load(
      {
        '/vms/a.yaml': 'extends: base/b.yaml\nboot: {initrd: i}\n',
        '/vms/base/b.yaml': 'extends: ../../other/c.yaml\nboot: {kernel: k}\nqemu: {binary: bin/qemu}\n',
        '/other/c.yaml':
          'disks: [{source: c.img}, {source: /dev/vdb}]\nserial: [{type: file, path: log}]\nmemory: {backing: file, path: m}\n',
      },
      ['disks[1].source=../d.img'],
    );
    expect(spec.boot).toMatchObject({ initrd: '/vms/i', kernel: '/vms/base/k' });
    expect(spec.disks.map(({ source }) => source)).toEqual(['/other/c.img', '/d.img']);
    expect(spec.serial).toMatchObject([{ type: 'file', path: '/other/log' }]);
    expect([spec.memory.path, spec.qemu.binary]).toEqual(['/other/m', '/vms/base/bin/qemu']);
  });

  it('leaves the name of a program to PATH', () => {
    expect(load({ '/vms/a.yaml': 'qemu: {binary: qemu-system-x86_64}' }).spec.qemu.binary).toBe(
      'qemu-system-x86_64',
    );
  });

  it('keeps positions of their own files', () => {
    const { locate } = load({
      '/a.yaml': 'extends: b.yaml\ncpu:\n  vcpus: 1\n',
      '/b.yaml': 'cpu:\n  vcpus: 4\n  model: max\n',
    });
    expect(locate('cpu.vcpus')).toEqual({ file: '/a.yaml', line: 3, column: 10 });
    expect(locate('cpu.model')).toEqual({ file: '/b.yaml', line: 3, column: 10 });
    expect(locate('extends')).toBeUndefined();
  });

  it('takes a chain of sixteen and no longer one', () => {
    const chain = (length: number) =>
      Object.fromEntries(
        Array.from({ length }, (_, index) => [
          `/${index}.yaml`,
          index === length - 1 ? 'name: last' : `extends: ${index + 1}.yaml`,
        ]),
      );
    expect(load(chain(16)).spec.name).toBe('last');
    expect(messageOf(chain(17))).toBe(
      '15.yaml:1:10: extends: is a chain of more than 16 specs; put what they share into one',
    );
  });

  it.each([
    [
      'a circle',
      { '/a.yaml': 'extends: b.yaml', '/b.yaml': 'extends: ./a.yaml' },
      'b.yaml:1:10: extends: goes in a circle: a.yaml → b.yaml → a.yaml; remove one of these extends',
    ],
    [
      'a folder away',
      { '/v/a.yaml': 'extends: ../b.yaml' },
      'v/a.yaml:1:10: extends: "../b.yaml" cannot be read: there is no such file; its path is relative to this file',
    ],
    [
      'nothing',
      { '/a.yaml': 'extends:' },
      'a.yaml:1:1: extends: must be the path of one spec, not nothing; write extends: base.yaml',
    ],
    [
      'a list',
      { '/a.yaml': 'extends: [b.yaml]' },
      'a.yaml:1:10: extends: must be the path of one spec, not a list of 1; write extends: base.yaml',
    ],
    [
      'an empty spec',
      { '/a.yaml': 'extends: b.yaml', '/b.yaml': '' },
      'b.yaml:1:1: is empty; write at least one key, or let `vm init NAME` write a spec to start from',
    ],
  ])('refuses %s', (_, files, message) => {
    expect(messageOf(files)).toBe(message);
  });

  it.each([
    [Object.assign(new Error('x'), { code: 'EACCES' }), 'this user may not read it'],
    [Object.assign(new Error('x'), { code: 'EISDIR' }), 'it is a folder'],
    [new Error('the disk is on fire'), 'the disk is on fire'],
    ['a text', 'a text'],
  ])('tells why the other spec cannot be read: %s', (thrown, reason) => {
    const read = () => {
      throw thrown;
    };
    expect(() => loadSpec({ file: '-', folder: '/', text: 'extends: b.yaml' }, { read })).toThrow(
      new RegExp(
        `^-:1:10: extends: "b.yaml" cannot be read: ${reason}; its path is relative to the current folder$`,
      ),
    );
  });

  it('is refused where no other file can be read', () => {
    expect(() => loadSpec({ file: '/a.yaml', folder: '/', text: 'extends: b.yaml' })).toThrow(
      'a.yaml:1:10: extends: other files cannot be read here; write its keys out',
    );
  });

  it('finds a circle that the reader hides behind another name', () => {
    const read = () => ({ file: '/same.yaml', folder: '/', text: 'extends: link.yaml' });
    expect(() => loadSpec(read(), { read })).toThrow(
      'same.yaml:1:10: extends: goes in a circle: same.yaml → same.yaml',
    );
  });
});
