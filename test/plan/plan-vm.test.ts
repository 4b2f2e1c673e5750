import { describe, expect, it } from 'vitest';
import { notesMachine } from '../support/hosts.js';
import { imageFile, kvmWorks, plan } from '../support/planning.js';

const uefi = (code: string, features: string[]) => ({
  code,
  codeFormat: 'raw' as const,
  variables: '/vars.fd',
  variablesFormat: 'raw' as const,
  features,
  machines: ['pc-q35-*'],
});

describe('planVm', () => {
  it('gives the same plan for the same input', () => {
    const text = '{cpu: {vcpus: 4}, disks: [{source: a.img}], networks: [{type: user}]}';
    expect(plan(text)).toEqual(plan(text));
  });

  it('is plain data: a plan survives the record', () => {
    const made = plan('{cpu: {vcpus: 4}, disks: [{source: a.img}], networks: [{type: bridge, bridge: br0}]}');
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
  });

  it.each([
    ['auto where KVM works', 'auto', { works: true, reason: 'KVM starts here' }, 'kvm'],
    ['auto where it does not', 'auto', { works: false, reason: 'it does not' }, 'tcg'],
    ['auto on a machine that is not here', 'auto', null, 'kvm'],
    ['kvm asked for, whatever is here', 'kvm', { works: false, reason: '/dev/kvm is not here' }, 'kvm'],
    ['tcg asked for', 'tcg', null, 'tcg'],
  ])('chooses the accelerator: %s', (_what, wanted, kvm, expected) => {
    expect(plan(`machine: {accelerator: ${wanted}}`, { qemu: { ...kvmWorks, kvm } }).accelerator).toBe(
      expected,
    );
  });

  it('goes on without a QEMU that does not answer, and says so', () => {
    const { findings } = plan('{}', { qemu: { ...kvmWorks, capabilitiesError: 'qemu is mute' } });
    expect(findings).toEqual([
      {
        severity: 'warning',
        code: 'qemu.capabilities',
        key: 'qemu.binary',
        message: 'qemu is mute; planned as for QEMU 7.2, unchecked',
      },
    ]);
  });

  it('tells what is missing: KVM, QEMU, a kernel, a bridge, a disk', () => {
    const text =
      '{machine: {accelerator: kvm}, boot: {kernel: k}, networks: [{type: bridge, bridge: no0}], disks: [{source: d}]}';
    const missing = { ...imageFile, kind: 'missing' } as const;
    const { findings } = plan(text, {
      qemu: {
        binary: 'qemu-system-x86_64',
        found: false,
        kvm: { works: false, reason: '/dev/kvm is not here' },
        capabilities: null,
      },
      files: { '/specs/k': missing, '/specs/d': missing },
    });
    expect(findings.map(({ severity, code, key }) => `${severity} ${code} ${key}`).sort()).toEqual([
      'missing host.boot-file boot.kernel',
      'missing host.bridge networks[0].bridge',
      'missing host.disk disks[0].source',
      'missing host.kvm machine.accelerator',
      'missing qemu.not-found qemu.binary',
    ]);
  });

  it('takes the first UEFI that starts without SMM, and tells if there is none', () => {
    const host = { ...notesMachine(), firmware: [uefi('/smm.fd', ['requires-smm']), uefi('/plain.fd', [])] };
    expect(plan('boot: {firmware: uefi}', { host }).boot.firmware).toMatchObject({
      code: '/plain.fd',
      template: '/vars.fd',
    });
    expect(plan('boot: {firmware: uefi}').findings.map(({ code }) => code)).toEqual(['host.firmware']);
  });

  it('numbers boot devices by kind and place', () => {
    const indexes = (order: string) => {
      const { devices } = plan(
        `{boot: {order: ${order}}, disks: [{source: a}, {source: b}], networks: [{type: user}]}`,
      );
      return devices.flatMap((device) => ('bootIndex' in device ? [device.bootIndex] : []));
    };
    expect(indexes('[disk, net]')).toEqual([1, 2, 3]);
    expect(indexes('[net, disk]')).toEqual([2, 3, 1]);
    expect(indexes('[net]')).toEqual([null, null, 1]);
  });

  it('names a tap that fits and is the VM’s own', () => {
    const [tap] = plan('{name: a-very-long-name-of-a-machine, networks: [{type: bridge, bridge: br0}]}').taps;
    const [other] = plan('{name: another, networks: [{type: bridge, bridge: br0}]}').taps;
    expect(tap?.device).toMatch(/^vm[0-9a-f]{8}n0$/);
    expect(tap?.device.length).toBeLessThan(16);
    expect(tap?.device).not.toBe(other?.device);
  });
});
