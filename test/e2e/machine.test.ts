/** Property names are no guesses: the real QEMU takes every part of machine, processor, memory, IOMMU and firmware that a spec can name. */
import { execFileSync } from 'node:child_process';
import { existsSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHome } from '../support/cli.js';
import { startsPaused } from '../support/starts.js';

const MIB = 1024 ** 2;
const tcg = { accelerator: 'tcg' };
const none = { vcpus: 'none' };

describe('the machine on the real QEMU, paused, TCG', () => {
  let home: TestHome;
  beforeEach(() => {
    home = new TestHome();
  });
  afterEach(() => home.dispose());

  const starts = (name: string, spec: object) => startsPaused(home, name, { placement: none, ...spec });

  const virtio = { networks: [{ type: 'user' }], guestAgent: true };

  it.each([
    [
      'intel',
      {
        cachingMode: true,
        deviceIotlb: true,
        addressWidth: 48,
        extendedInterrupts: false,
        passthrough: false,
        dmaTranslation: true,
      },
    ],
    ['amd', { deviceIotlb: true, passthrough: true }],
    ['virtio', { bootBypass: false }],
  ])('iommu: %s, with virtio devices behind it', async (model, more) => {
    await starts('iommu', { iommu: { model, ...more }, ...virtio });
    await starts('iommu', { iommu: { model, iommuPlatform: false }, ...virtio });
  });

  it('nodes of the guest, with distances, one of them without vCPUs and one without memory', async () => {
    await starts('numa', {
      cpu: { vcpus: 2, maxVcpus: 4 },
      memory: { size: '64MiB', allocation: 'immediate' },
      numa: [
        { cpus: '0,2', memory: '32MiB', hostNodes: '0', distances: { 1: 21, 2: 30 } },
        { cpus: '1,3', memory: '16MiB', hostNodes: '0', policy: 'interleave', access: 'shared' },
        { memory: '16MiB', hostNodes: '0', policy: 'preferred' },
      ],
    });
    await starts('numa', {
      cpu: { vcpus: 2 },
      numa: [{ cpus: '0', memory: '64MiB' }, { cpus: '1' }],
    });
  });

  it('memory modules of every type', async () => {
    for (const file of ['nv.img', 'pmem.img', 'dimm.img']) truncateSync(home.file(file, ''), 64 * MIB);
    await starts('modules', {
      memory: {
        size: '64MiB',
        maxSize: '4GiB',
        hostNodes: '0',
        modules: [
          { type: 'dimm', size: '64MiB', allocation: 'immediate' },
          { type: 'dimm', id: 'big', size: '64MiB', access: 'shared', path: 'dimm.img', discard: true },
          { type: 'virtio-mem', size: '256MiB', requested: '64MiB', block: '2MiB', allocation: 'immediate' },
          {
            type: 'nvdimm',
            size: '64MiB',
            path: 'nv.img',
            label: '128KiB',
            uuid: '49545eb3-75e1-2d0a-acdd-f0294406c99e',
            readOnly: false,
          },
          { type: 'virtio-pmem', size: '64MiB', path: 'pmem.img' },
        ],
      },
    });
  });

  it('processors: features one by one, hidden, for Windows', async () => {
    await starts('windows', {
      cpu: {
        vcpus: 2,
        hyperv: true,
        kvm: { hidden: true, pollControl: false, pvIpi: false, hintDedicated: false },
        hostCacheInfo: false,
        migratable: false,
        physBits: 40,
        vendor: 'GenuineIntel',
        check: 'none',
        pmu: false,
        features: { x2apic: 'require', 'amx-bf16': 'optional' },
      },
      clock: {
        base: 'localtime',
        source: 'vm',
        driftfix: 'slew',
        hpet: false,
        pit: true,
        kvmclock: false,
        tscFrequency: 2_000_000_000,
      },
    });
    await starts('hyperv', {
      cpu: {
        model: 'Skylake-Server-v4',
        hyperv: {
          passthrough: false,
          relaxed: true,
          vapic: true,
          spinlocks: 8191,
          vpindex: false,
          runtime: true,
          synic: true,
          stimer: true,
          stimerDirect: true,
          time: true,
          reset: true,
          vendorId: 'KVM Hv',
          frequencies: true,
          reenlightenment: true,
          tlbflush: true,
          tlbflushDirect: true,
          tlbflushExt: true,
          ipi: true,
          evmcs: true,
          avic: true,
          emsrBitmap: true,
          xmmInput: true,
          crash: true,
          noNonarchCoresharing: 'auto',
          syndbg: true,
          enforceCpuid: true,
        },
      },
    });
  });

  it('parts of the machine, and what it does when the guest ends', async () => {
    await starts('q35', {
      machine: {
        ...tcg,
        type: 'pc-q35-7.2',
        smm: false,
        vmport: true,
        usb: true,
        pic: true,
        sata: true,
        smbus: false,
        i8042: false,
        graphics: false,
        hmat: false,
        acpi: true,
        suppressVmdesc: true,
        maxRamBelow4g: '2GiB',
        sparePorts: 8,
        kernelIrqchip: 'split',
        tcg: { tbCache: '64MiB', threads: 'multi' },
      },
      lifecycle: {
        onReboot: 'pause',
        onPoweroff: 'pause',
        onCrash: 'pause',
        suspendToMemory: false,
        suspendToDisk: true,
      },
      clock: { base: '2030-01-31T12:00:00' },
      boot: { menu: true, menuTimeout: '3s', rebootTimeout: '5s', order: ['net0', 'disk'] },
      networks: [{ type: 'user' }],
    });
    await starts('pc', {
      machine: { ...tcg, type: 'pc-i440fx-7.2' },
      lifecycle: { onReboot: 'stop', onCrash: 'ignore', suspendToMemory: false, suspendToDisk: false },
      boot: { rom: '/usr/share/seabios/bios-256k.bin' },
      ...virtio,
    });
  });

  it('microvm: virtio without PCI', async () => {
    const disk = home.file('disk.img', '');
    truncateSync(disk, MIB);
    await starts('micro', {
      machine: {
        ...tcg,
        type: 'microvm',
        pic: false,
        microvm: {
          rtc: true,
          isaSerial: false,
          autoKernelCmdline: true,
          secondIoapic: true,
          optionRoms: true,
        },
      },
      clock: { pit: false },
      disks: [{ source: disk }],
      ...virtio,
    });
    await starts('micro', { machine: { ...tcg, type: 'microvm' } });
  });

  it('what a microvm has on its ISA bus and of its firmware', async () => {
    await starts('isa', {
      machine: { ...tcg, type: 'microvm' },
      watchdog: { model: 'ib700' },
      panic: true,
      parallel: [{ type: 'null' }],
      generationId: 'new',
      vmcoreinfo: true,
      smbios: { system: { serial: 'S' } },
      fwCfg: [{ name: 'opt/a', string: 'b' }],
      video: 'virtio',
      audio: [{ type: 'wav', path: 'out.wav' }],
      ...virtio,
    });
  });

  it('UEFI with Secure Boot, of the descriptors and of our own choice', async (context) => {
    const folder = '/usr/share/OVMF';
    if (!existsSync(join(folder, 'OVMF_CODE_4M.secboot.fd'))) context.skip('ovmf is not installed');
    await starts('secure', { boot: { firmware: 'uefi', secureBoot: true } });
    expect(statSync(join(home.state, 'secure/nvram.fd')).size).toBeGreaterThan(100_000);
    const code = join(folder, 'OVMF_CODE_4M.fd');
    await starts('own', {
      boot: { firmware: 'uefi', code, variables: join(folder, 'OVMF_VARS_4M.fd'), nvram: 'mine.fd' },
    });
    expect(statSync(join(home.folder, 'mine.fd')).mode & 0o777).toBe(0o600);
    await starts('stateless', {
      boot: { firmware: 'uefi', code: '/usr/share/ovmf/OVMF.fd', stateless: true },
    });
    execFileSync('qemu-img', ['convert', '-O', 'qcow2', code, join(home.folder, 'code.qcow2')]);
    execFileSync('qemu-img', [
      'convert',
      '-O',
      'qcow2',
      join(folder, 'OVMF_VARS_4M.fd'),
      join(home.folder, 'vars.qcow2'),
    ]);
    await starts('qcow2', {
      boot: { firmware: 'uefi', format: 'qcow2', code: 'code.qcow2', variables: 'vars.qcow2' },
    });
  });
});
