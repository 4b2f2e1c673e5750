/** Samples of the library's data for the views of the CLI. */
import { type DiskSpec, disksSection } from '../../../src/devices/disk.js';
import type { VmStatus } from '../../../src/index.js';
import { vmPaths } from '../../../src/plan/paths.js';
import type { VmPlan } from '../../../src/plan/plan.js';

export function statusOf(changes: Partial<VmStatus>): VmStatus {
  return {
    name: 'demo',
    state: 'running',
    pid: 4242,
    accelerator: 'tcg',
    vcpus: [
      { index: 0, threadId: 4243, cpus: [1] },
      { index: 1, threadId: 4244, cpus: [1, 2, 11] },
    ],
    threads: [
      { name: 'qemu-system-x8', threadId: 4242, cpus: [0] },
      { name: 'CPU 0/TCG', threadId: 4243, cpus: [1] },
      { name: 'CPU 1/TCG', threadId: 4244, cpus: [1, 2, 11] },
    ],
    memory: 256 * 1024 ** 2,
    uptime: 12.4,
    sockets: {
      control: '/run/vm/demo/control.sock',
      events: '/run/vm/demo/events.sock',
      user: '/run/vm/demo/user.sock',
      serial: ['/run/vm/demo/serial.sock', '/run/vm/demo/serial1.sock'],
      agent: null,
      vnc: null,
    },
    spec: '/specs/demo.yaml',
    startedAt: '2026-01-31T12:00:00.000Z',
    next: 'vm console demo',
    lastWords: [],
    ...changes,
  };
}

export function planOf(changes: Partial<VmPlan>): VmPlan {
  return {
    name: 'demo',
    uuid: '0f7d8f0e-8a59-4c0b-9a53-3b2f4b0a4a5e',
    paths: vmPaths({ runtime: '/run/vm', state: '/state' }, 'demo'),
    qemuBinary: '/usr/bin/qemu-system-x86_64',
    machineType: 'q35',
    accelerator: 'kvm',
    machine: { properties: {}, acceleratorProperties: {}, globals: [], rtc: null, actions: null },
    iommu: null,
    cpu: {
      model: 'host',
      features: ['l3-cache=on', '+svm'],
      vcpus: 2,
      maxVcpus: 4,
      topology: { sockets: 1, dies: 1, cores: 1, threads: 2 },
    },
    memory: {
      bytes: 1024 ** 3,
      backing: 'memfd',
      path: null,
      hugepageBytes: 2 * 1024 ** 2,
      shared: false,
      preallocate: true,
      preallocThreads: 2,
      locked: false,
      merge: false,
      dump: false,
      discard: false,
      hostNodes: [0],
      policy: 'bind',
      threadContext: false,
      maxBytes: null,
      slots: 0,
      nodes: [],
      modules: [],
    },
    cacheGroups: [],
    boot: {
      options: { strict: true },
      rom: null,
      kernel: '/boot/vmlinuz',
      initrd: null,
      cmdline: 'console=ttyS0',
      firmware: { type: 'bios' },
    },
    placement: {
      vcpus: [
        { vcpu: 0, cpu: 1, cpus: [1], node: 0, core: 1 },
        { vcpu: 1, cpu: null, cpus: [2, 3, 11], node: null, core: null },
      ],
      emulator: [0, 10],
      ioThreads: [[]],
      vhost: [],
      housekeeping: [0, 10],
      exclusiveCpus: [1],
      relaxed: ['vCPU 1 floats: no whole core was left.'],
      reasons: ['Whole cores in order.', "The first core stays the host's."],
    },
    ioThreads: ['iothread0'],
    rootPorts: [{ id: 'port0', chassis: 1, slot: 16, function: 0, device: 'disk0' }],
    devices: [
      {
        kind: 'disk',
        id: 'disk0',
        origin: 'disks[0]',
        bus: 'virtio',
        source: '/images/demo.qcow2',
        layers: [
          {
            source: { type: 'file', path: '/images/demo.qcow2' },
            format: 'qcow2',
            encryption: null,
            dataFile: null,
          },
        ],
        complete: true,
        vhostUser: null,
        format: 'qcow2',
        readOnly: true,
        cache: 'none',
        aio: 'io_uring',
        discard: 'unmap',
        throttles: [],
        ioThread: null,
        ioThreads: null,
        bootIndex: 1,
        address: { controller: null, properties: {} },
        virtio: {},
        made: [],
        discardNoUnref: null,
        spec: sampleDisk(),
        pci: { bus: 'port0', addr: '0x0' },
      },
      {
        kind: 'network',
        id: 'net0',
        origin: 'networks[0]',
        model: 'virtio',
        mac: '52:54:00:12:34:56',
        backend: {
          type: 'user',
          forwards: [{ protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: 2222, guestPort: 22 }],
        },
        bootIndex: null,
        pci: { bus: 'pcie.0', addr: '0x5' },
        virtio: {},
      },
      {
        kind: 'serial',
        id: 'serial0',
        index: 0,
        origin: 'serial[0]',
        what: '/run/vm/demo/serial.sock',
        model: 'isa',
        backend: {
          type: 'socket',
          socket: '/run/vm/demo/serial.sock',
          server: true,
          wait: false,
          reconnect: {},
          log: '/state/demo/serial.log',
        },
        pci: null,
        usb: null,
      },
      {
        kind: 'display',
        id: 'display',
        origin: 'display',
        what: 'none',
        type: 'none',
        socket: null,
        flag: '-display',
        first: 'none',
        members: {},
        password: null,
        tls: null,
      },
    ],
    taps: [],
    sandbox: true,
    extraArgs: [],
    shutdownTimeout: 60,
    decisions: [{ key: 'cpu.model', value: 'host', reason: 'It is the default.' }],
    findings: [{ severity: 'missing', code: 'host.disk', key: 'disks[0]', message: 'there is no such file' }],
    ...changes,
  };
}

function sampleDisk(): DiskSpec {
  const [disk] = disksSection.parse([{ source: '/images/demo.qcow2', readOnly: true }]);
  if (disk === undefined) throw new Error('the sample is no disk');
  return disk;
}
