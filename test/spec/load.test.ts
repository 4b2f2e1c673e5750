import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/spec/error.js';
import { type LoadedSpec, type LoadOptions, loadSpec } from '../../src/spec/load.js';
import type { SpecSource } from '../../src/spec/source.js';

const source = (text: string | Uint8Array, file = '/vms/demo.yaml'): SpecSource => ({
  file,
  folder: '/vms',
  text,
});
const load = (text: string, options?: LoadOptions, file?: string) => loadSpec(source(text, file), options);

function errorOf(run: () => LoadedSpec): SpecError {
  try {
    run();
  } catch (error) {
    if (error instanceof SpecError) return error;
    throw error;
  }
  throw new Error('the spec was taken');
}

describe('loadSpec', () => {
  it('fills in every default', () => {
    expect(load('{}').spec).toEqual({
      name: 'demo',
      machine: {
        type: 'q35',
        accelerator: 'auto',
        sparePorts: 2,
        kernelIrqchip: 'auto',
        smm: 'auto',
        vmport: false,
        tcg: {},
        microvm: { isaSerial: true },
      },
      boot: {
        firmware: 'bios',
        secureBoot: false,
        writable: false,
        enrolledKeys: 'auto',
        stateless: false,
        format: 'raw',
        order: ['disk', 'cdrom', 'net'],
      },
      cpu: {
        model: 'host',
        vcpus: 1,
        topology: 'auto',
        l3Cache: true,
        nested: 'auto',
        features: {},
        hyperv: false,
        kvm: { hidden: false },
        caches: {},
        check: 'warn',
      },
      placement: {
        vcpus: 'auto',
        emulator: 'auto',
        ioThreads: 'auto',
        vhost: 'auto',
        reserve: 'auto',
        housekeeping: 0,
        exclusive: true,
        isolation: 'none',
        interrupts: 'stay',
        cache: [],
      },
      limits: { cgroup: 'auto' },
      memory: {
        size: 1024 ** 3,
        hugepages: false,
        backing: 'auto',
        access: 'auto',
        allocation: 'auto',
        modules: [],
        policy: 'bind',
        locked: false,
        merge: false,
        dump: false,
        discard: false,
      },
      numa: 'auto',
      ioThreads: 0,
      ioThreadSettings: [],
      mainLoop: {},
      crypto: [],
      disks: [],
      networks: [],
      serial: [{ type: 'socket', model: 'isa', server: true, wait: false }],
      display: [],
      rng: [{ backend: 'random' }],
      acpiTables: [],
      audio: [],
      balloon: null,
      channels: [],
      console: [],
      controllers: [],
      fwCfg: [],
      generationId: false,
      hostDevices: [],
      input: [],
      panic: null,
      parallel: [],
      pstore: false,
      sharedMemory: [],
      shares: [],
      tpm: null,
      smbios: { oemStrings: [] },
      sound: [],
      usb: [],
      usbControllers: [],
      video: [{ model: 'auto', heads: 1, gl: 'auto', vhostUser: null }],
      vmcoreinfo: false,
      watchdog: null,
      guestAgent: false,
      clock: { base: 'utc', source: 'host', driftfix: 'none' },
      lifecycle: { onReboot: 'restart', onPoweroff: 'stop', onCrash: 'stop', shutdownTimeout: 60 },
      qemu: { extraArgs: [], sandbox: 'auto' },
    });
  });

  it('reads YAML and JSON alike', () => {
    const yaml = 'cpu:\n  vcpus: 2\n  features: {x2apic: true}\ndisks:\n  - source: a.img\n';
    const json =
      '{\n\t"cpu": {"vcpus": 2, "features": {"x2apic": true}},\n\t"disks": [{"source": "a.img"}]\n}';
    expect(load(json).spec).toEqual(load(yaml).spec);
    expect(load(json, {}, '/vms/demo.json').spec).toEqual(load(yaml).spec);
  });

  it('reads UTF-8 with a byte order mark, and lines that end with CR LF', () => {
    const bytes = new TextEncoder().encode('\ufeffcpu:\r\n  vcpus: 3\r\n');
    expect(loadSpec(source(bytes)).spec.cpu.vcpus).toBe(3);
    expect(load('\ufeffcpu: {vcpus: 3}').spec.cpu.vcpus).toBe(3);
  });

  it('reads aliases', () => {
    const { spec } = load('disks:\n  - &disk {source: /a.img, readOnly: true}\n  - *disk\n');
    expect(spec.disks.map((disk) => disk.source)).toEqual(['/a.img', '/a.img']);
  });

  it('reads placement in all its forms', () => {
    const vcpus = (text: string) => load(`cpu: {vcpus: 2}\nplacement: {vcpus: ${text}}`).spec.placement.vcpus;
    expect(vcpus('strict')).toBe('strict');
    expect(vcpus('"4,2"')).toEqual([4, 2]);
    expect(vcpus('{0: 1, 1: "11-12"}')).toEqual({ 0: [1], 1: [11, 12] });
  });

  it('takes the name from the file, unless the spec has one', () => {
    expect(load('{}', {}, '/vms/web-1.prod.yaml').spec.name).toBe('web-1.prod');
    expect(load('name: other', {}, '/vms/a b.yaml').spec.name).toBe('other');
    expect(errorOf(() => load('{}', {}, '/vms/a b.yaml')).message).toBe(
      'a b.yaml:1:1: name: "a b", taken from the file, is no name: 1 to 64 letters, digits, ".", "_", "-", beginning with a letter or digit; write name: …',
    );
    expect(errorOf(() => load('{}', {}, '-')).message).toBe(
      '-:1:1: name: is missing: a spec from standard input has no file to take it from; write name: …',
    );
  });

  it('refuses more than a MiB', () => {
    const text = '#'.repeat(1024 ** 2 + 1);
    expect(errorOf(() => load(text)).message).toBe(
      'demo.yaml:1:1: is huge: a spec is at most 1024 KiB; is it an image and no spec?',
    );
    expect(load(`${'#'.repeat(1024 ** 2 - 3)}\n{}`).spec.name).toBe('demo');
  });

  it('tells all errors at once, in the order of the text, overrides last', () => {
    const error = errorOf(() =>
      load('memory: {size: 1}\ncpu:\n  vcpu: 2\n', { overrides: ['ioThreads=-1', 'foo=1', 'bar'] }),
    );
    expect(error.issues.map(({ file, line, column, key }) => [file, line, column, key])).toEqual([
      ['/vms/demo.yaml', 1, 16, 'memory.size'],
      ['/vms/demo.yaml', 3, 3, 'cpu.vcpu'],
      ['--set', 1, 1, 'ioThreads'],
      ['--set', 2, 1, 'foo'],
      ['--set', 3, 1, ''],
    ]);
    expect([error.code, error.exitCode]).toEqual(['spec.invalid', 2]);
  });

  it('shows files relative to cwd', () => {
    const message = (cwd: string) => errorOf(() => load('rng: 1', { cwd })).message.replace(/: rng.*/, '');
    expect(message('/')).toBe('vms/demo.yaml:1:6');
    expect(message('/home')).toBe('/vms/demo.yaml:1:6');
  });
});

describe('locate', () => {
  const { locate } = load('cpu:\n  vcpus: 2\ndisks:\n  - source: a.img\n    cache: none\n', {
    overrides: ['cpu.model=max'],
  });
  it.each([
    ['cpu.vcpus', { file: '/vms/demo.yaml', line: 2, column: 10 }],
    ['cpu', { file: '/vms/demo.yaml', line: 1, column: 1 }],
    ['cpu.nested', undefined],
    ['disks[0].cache', { file: '/vms/demo.yaml', line: 5, column: 12 }],
    ['disks[0].aio', undefined],
    ['cpu.model', { file: '--set', line: 1, column: 1 }],
    ['name', { file: '/vms/demo.yaml', line: 1, column: 1 }],
    ['memory.size', undefined],
    ['', undefined],
    ['no key', undefined],
  ])('%s', (key, position) => {
    expect(locate(key)).toEqual(position);
  });
});

describe('the specs in vms', () => {
  const folder = join(import.meta.dirname, '../../vms');
  const read = (file: string): SpecSource => ({ file, folder: dirname(file), text: readFileSync(file) });
  it.each([
    ['demo', { vcpus: 2, size: 256 * 1024 ** 2, disks: 0, networks: ['user'] }],
    ['server', { vcpus: 4, size: 4 * 1024 ** 3, disks: 1, networks: ['bridge'] }],
    ['database', { vcpus: 8, size: 16 * 1024 ** 3, disks: 1, networks: ['bridge'] }],
  ])('%s', (name, expected) => {
    const { spec } = loadSpec(read(join(folder, `${name}.yaml`)), { read });
    expect(spec.name).toBe(name);
    expect({
      vcpus: spec.cpu.vcpus,
      size: spec.memory.size,
      disks: spec.disks.length,
      networks: spec.networks.map(({ type }) => type),
    }).toEqual(expected);
    expect(readFileSync(join(folder, `${name}.yaml`), 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/vm\.schema\.json\n/,
    );
  });
});
