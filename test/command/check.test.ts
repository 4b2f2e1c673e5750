import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCommand } from '../../src/command/check.js';
import type { QemuOption } from '../../src/command/option.js';
import { json, keyValue } from '../../src/command/quote.js';
import type { QemuCapabilities, QemuSchema } from '../../src/plan/qemu-capabilities.js';

const schema: QemuSchema = {
  object: 'O',
  netdev: 'N',
  blockdev: 'B',
  chardev: 'C',
  types: {
    O: {
      kind: 'object',
      members: { 'qom-type': 'OE', id: 'str' },
      tag: 'qom-type',
      variants: { iothread: 'OI' },
    },
    OE: { kind: 'enum', values: ['iothread', 'can-bus'] },
    OI: { kind: 'object', members: { 'poll-max-ns': 'int' }, tag: null, variants: {} },
    N: { kind: 'object', members: { type: 'NE', id: 'str' }, tag: 'type', variants: { user: 'NU' } },
    NE: { kind: 'enum', values: ['user'] },
    NU: { kind: 'object', members: { hostfwd: 'NL' }, tag: null, variants: {} },
    NL: { kind: 'list', of: 'NS' },
    NS: { kind: 'object', members: { str: 'str' }, tag: null, variants: {} },
    B: {
      kind: 'object',
      members: { driver: 'BE', 'node-name': 'str' },
      tag: 'driver',
      variants: { file: 'BF', qcow2: 'BQ' },
    },
    BE: { kind: 'enum', values: ['file', 'qcow2'] },
    BF: { kind: 'object', members: { filename: 'str', aio: 'BA' }, tag: null, variants: {} },
    BA: { kind: 'enum', values: ['threads', 'native'] },
    BQ: { kind: 'object', members: { file: 'BR' }, tag: null, variants: {} },
    BR: { kind: 'alternate', of: ['str', 'B'] },
    C: { kind: 'object', members: { type: 'CE' }, tag: 'type', variants: {} },
    CE: { kind: 'enum', values: ['socket', 'serial'] },
  },
};

const qemu: QemuCapabilities = {
  version: { major: 7, minor: 2, micro: 22 },
  package: '',
  accelerators: ['tcg'],
  machines: [
    { name: 'pc-q35-7.2', alias: 'q35', deprecated: false, hotpluggableCpus: true, maxCpus: 288 },
    { name: 'microvm', alias: null, deprecated: false, hotpluggableCpus: false, maxCpus: 255 },
  ],
  cpuModels: [{ name: 'EPYC', deprecated: false }],
  cpuProperties: ['l3-cache', 'svm', 'sse4.1'],
  machineProperties: null,
  commands: [],
  events: [],
  devices: ['nvme', 'virtio-blk-pci', 'virtio-blk-pci-non-transitional', 'ich9-ahci'],
  deviceProperties: { 'virtio-blk-pci': ['drive', 'addr'] },
  schema,
  options: {
    chardev: { backend: 'string', path: 'string' },
    'smp-opts': { cpus: 'number', maxcpus: 'number', dies: 'number' },
  },
};

function option(flag: string, value: string, origin = 'disks[0]'): QemuOption {
  return { group: 'devices', flag, value, origin, why: '' };
}

function check(...options: QemuOption[]): string[] {
  return checkCommand({ binary: 'qemu', options }, qemu).map(
    ({ severity, code, key, message, hint }) => `${severity} ${code} ${key}: ${message}. ${hint}`,
  );
}

describe('what a QEMU has', () => {
  it.each([
    ['-device', json({ driver: 'virtio-blk-pci', id: 'a', bus: 'b', drive: 'c', addr: '1' })],
    ['-device', 'virtio-blk-pci,drive=a,addr=1'],
    ['-device', 'virtio-blk,drive=a'],
    ['-device', 'virtio-blk-pci-non-transitional,drive=a'],
    ['-device', 'ahci'],
    ['-device', json({ driver: 'nvme', 'never-asked': 1 })],
    ['-object', json({ 'qom-type': 'iothread', id: 'a', 'poll-max-ns': 1 })],
    ['-object', 'iothread,id=a,poll-max-ns=1'],
    ['-object', 'can-bus,id=a'],
    ['-netdev', json({ type: 'user', id: 'a', hostfwd: [{ str: 'tcp::1-:2' }] })],
    ['-netdev', 'user,id=a,hostfwd=tcp::1-:2'],
    ['-blockdev', json({ driver: 'qcow2', file: { driver: 'file', filename: '/a', aio: 'native' } })],
    ['-blockdev', 'driver=qcow2,node-name=n,file.driver=file,file.filename=/a,,aio=b'],
    ['-blockdev', json({ driver: 'qcow2', file: 'node' })],
    ['-chardev', 'socket,id=a,path=/b'],
    ['-chardev', 'tty,id=a,path=/b'],
    ['-machine', 'q35,vmport=off'],
    ['-machine', 'pc-q35-7.2'],
    ['-machine', 'type=microvm'],
    ['-cpu', 'EPYC,+svm,l3-cache=on,-sse4_1'],
    ['-cpu', 'host'],
    ['-smp', '4,dies=1'],
    ['-fancy', 'new=thing'],
  ])('%s %s', (flag, value) => {
    expect(check(option(flag, value))).toEqual([]);
  });
});

describe('what a QEMU lacks', () => {
  const shows = '"vm qemu" shows what it has; a package with more modules may be there to install.';
  it.each([
    [
      '-device',
      json({ driver: 'virtio-blk-pcj' }),
      'qemu.unknown-device disks[0]: QEMU 7.2.22 has no device "virtio-blk-pcj". Did you mean virtio-blk-pci?',
    ],
    [
      '-device',
      json({ driver: 'virtio-vga-gl' }),
      'qemu.unknown-device disks[0]: QEMU 7.2.22 has no device "virtio-vga-gl". It is in a module of QEMU that is not installed (Debian 12: qemu-system-gui; later: qemu-system-modules-opengl).',
    ],
    [
      '-device',
      'igb,id=a',
      'qemu.unknown-device disks[0]: QEMU 7.2.22 has no device "igb": it came with QEMU 8.0. Leave it out, or name a newer QEMU in qemu.binary.',
    ],
    [
      '-device',
      'constructor',
      `qemu.unknown-device disks[0]: QEMU 7.2.22 has no device "constructor". ${shows}`,
    ],
    [
      '-device',
      json({ driver: 'virtio-blk-pci', 'iothread-vq-mapping': [] }),
      'qemu.unknown-property disks[0]: QEMU 7.2.22 has no property "iothread-vq-mapping" of the device virtio-blk-pci: it came with QEMU 9.0. Leave it out, or name a newer QEMU in qemu.binary.',
    ],
    [
      '-device',
      'virtio-blk-pci,drivee=a',
      'qemu.unknown-property disks[0]: QEMU 7.2.22 has no property "drivee" of the device virtio-blk-pci. Did you mean drive?',
    ],
    [
      '-object',
      json({ 'qom-type': 'thread-context', id: 'a' }),
      'qemu.unknown-device disks[0]: QEMU 7.2.22 has no object "thread-context". This build lacks it, or the package of its module is not installed.',
    ],
    [
      '-object',
      'iothread,id=a,pol-max-ns=1',
      'qemu.unknown-property disks[0]: QEMU 7.2.22 has no property "pol-max-ns" of the object iothread. Did you mean poll-max-ns?',
    ],
    [
      '-netdev',
      json({ type: 'user', id: 'a', hostfwd: [{ st: 'x' }] }),
      'qemu.unknown-property disks[0]: QEMU 7.2.22 has no property "hostfwd.st" of the network backend user. Did you mean str?',
    ],
    [
      '-blockdev',
      json({ driver: 'qcow2', file: { driver: 'file', filname: '/a' } }),
      'qemu.unknown-property disks[0]: QEMU 7.2.22 has no property "file.filname" of the block driver qcow2. Did you mean filename?',
    ],
    [
      '-blockdev',
      'driver=file,aio=io_uring',
      `qemu.unknown-value disks[0]: QEMU 7.2.22 has no aio "io_uring" for the block driver file. ${shows}`,
    ],
    [
      '-chardev',
      'sockt,id=a',
      'qemu.unknown-device disks[0]: QEMU 7.2.22 has no character device "sockt". Did you mean socket?',
    ],
    [
      '-chardev',
      'socket,id=a,reconnect-ms=1',
      'qemu.unknown-property disks[0]: QEMU 7.2.22 has no parameter "reconnect-ms" of character devices: it came with QEMU 9.2. Leave it out, or name a newer QEMU in qemu.binary.',
    ],
    [
      '-machine',
      'pc-q35-9.2',
      'qemu.unknown-machine disks[0]: QEMU 7.2.22 has no machine "pc-q35-9.2": it came with QEMU 9.2. The newest that it has is pc-q35-7.2.',
    ],
    [
      '-machine',
      'pc-q35-1.4',
      'qemu.unknown-machine disks[0]: QEMU 7.2.22 has no machine "pc-q35-1.4". The newest that it has is pc-q35-7.2.',
    ],
    ['-cpu', 'EPIC', 'qemu.unknown-cpu disks[0]: QEMU 7.2.22 has no CPU model "EPIC". Did you mean EPYC?'],
    [
      '-cpu',
      'host,+smv',
      'qemu.unknown-property disks[0]: QEMU 7.2.22 has no CPU feature "smv". Did you mean svm?',
    ],
    [
      '-smp',
      '4,modules=2',
      'qemu.unknown-property disks[0]: QEMU 7.2.22 has no parameter "modules" of -smp: it came with QEMU 9.1. Leave it out, or name a newer QEMU in qemu.binary.',
    ],
    [
      '-run-with',
      'user=me',
      'qemu.unknown-option disks[0]: QEMU 7.2.22 has no option -run-with: it came with QEMU 8.1. Leave it out, or name a newer QEMU in qemu.binary.',
    ],
  ])('%s %s', (flag, value, told) => {
    expect(check(option(flag, value))).toEqual([`missing ${told}`]);
  });

  it('is room for vCPUs', () => {
    const smp = option('-smp', '4,maxcpus=289,dies=1', 'cpu.vcpus');
    expect(check(option('-machine', 'q35'), smp)).toEqual([
      'missing qemu.too-many-vcpus cpu.vcpus: 289 vCPUs are more than the machine q35 of QEMU 7.2.22 has room for: 288. Ask for fewer, or choose a newer machine or QEMU.',
    ]);
    expect(check(option('-machine', 'q35'), option('-smp', '288'))).toEqual([]);
  });

  it('is told once for a key, and not for extra arguments', () => {
    const port = option('-device', 'no-port', 'vm');
    expect(check(port, port, { ...port, group: 'extra' })).toHaveLength(1);
    expect(check({ ...port, group: 'extra' })).toEqual([]);
  });
});

describe('any value', () => {
  it('is checked without a throw, and both forms alike', () => {
    const name = fc.oneof(
      fc.constantFrom('__proto__', 'constructor', 'drive', 'a,b'),
      fc.string({ minLength: 1 }),
    );
    fc.assert(
      fc.property(name, fc.string(), (key, value) => {
        for (const flag of ['-device', '-object', '-netdev', '-blockdev', '-chardev', '-cpu', '-smp'])
          check(option(flag, key), option(flag, `${key}=${value}`), option(flag, `{${value}`));
        fc.pre(/^[a-z][a-z-]*$/.test(key) && !['id', 'bus', 'driver'].includes(key));
        expect(check(option('-device', keyValue('virtio-blk-pci', { [key]: value })))).toEqual(
          check(option('-device', json({ driver: 'virtio-blk-pci', [key]: value }))),
        );
      }),
    );
  });
});
