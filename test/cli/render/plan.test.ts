import { describe, expect, it } from 'vitest';
import { renderPlan } from '../../../src/cli/render/plan.js';
import { plain } from '../../../src/cli/render/style.js';
import { planOf } from '../support/samples.js';

describe('renderPlan', () => {
  it('shows every section', () => {
    expect(renderPlan(planOf({}), plain)).toBe(`\
Machine
  name         demo
  uuid         0f7d8f0e-8a59-4c0b-9a53-3b2f4b0a4a5e
  type         q35
  accelerator  kvm
  qemu         /usr/bin/qemu-system-x86_64
  firmware     bios
  kernel       /boot/vmlinuz
  cmdline      console=ttyS0
  sandbox      on
  shutdown     60s for the guest to power off
  folder       /run/vm/demo

CPU
  model     host
  features  l3-cache=on +svm
  vcpus     2 of at most 4
  topology  sockets=1 dies=1 cores=1 threads=2

Memory
  size     1GiB
  backing  memfd in pages of 2MiB
  nodes    0 (bind)
  flags    private, preallocated, not locked, not merged, not in core dumps

Placement
  VCPU     CPU  NODE  CORE
     0       1     0     1
     1  2-3,11     -     -

Threads
  emulator   CPUs 0,10
  iothread0  any CPU
  reserved   0,10
  exclusive  1

Devices
  ID       KIND       PCI          WHAT
  port0    root port  pcie.0 10.0  for disk0
  disk0    disk       port0 0x0    /images/demo.qcow2 (qcow2, cache none, aio io_uring, read-only)
  net0     network    pcie.0 0x5   virtio 52:54:00:12:34:56, user-mode network, tcp:127.0.0.1:2222-:22
  serial0  serial     -            /run/vm/demo/serial.sock
  display  display    -            none

Decisions
  KEY        VALUE  REASON
  cpu.model  host   It is the default.

Relaxed
  vCPU 1 floats: no whole core was left.

Warnings
  disks[0]: there is no such file
`);
  });

  it('leaves out sections with nothing to say', () => {
    const quiet = planOf({ findings: [], decisions: [] });
    const text = renderPlan({ ...quiet, placement: { ...quiet.placement, relaxed: [] } }, plain);
    expect(text).not.toMatch(/^(Decisions|Relaxed|Warnings)$/m);
    expect(text.endsWith('none\n')).toBe(true);
  });

  it('shows what a small, floating VM on UEFI is', () => {
    const { cpu, memory, boot, placement } = planOf({});
    const text = renderPlan(
      planOf({
        sandbox: false,
        cpu: { ...cpu, features: [], maxVcpus: 2 },
        memory: {
          ...memory,
          backing: 'file',
          path: '/dev/shm/x',
          hugepageBytes: null,
          hostNodes: [],
          policy: 'default',
          shared: true,
          preallocate: false,
          locked: true,
          merge: true,
          dump: true,
          discard: true,
        },
        boot: {
          ...boot,
          firmware: {
            type: 'uefi',
            code: '/code.fd',
            codeFormat: 'raw',
            codeWritable: false,
            template: '/t.fd',
            variables: '/v.fd',
            variablesFormat: 'raw',
            secure: false,
          },
        },
        placement: {
          ...placement,
          emulator: [],
          vhost: [0],
          housekeeping: [],
          vcpus: [{ vcpu: 0, cpu: null, cpus: [], node: null, core: null }],
        },
      }),
      plain,
    );
    for (const line of [
      'firmware     uefi (/code.fd)',
      'sandbox      off',
      'vcpus     2\n',
      'backing  file /dev/shm/x\n',
      'nodes    any',
      'flags    shared, allocated on demand, locked, merged with other guests, in core dumps, discarded at the end',
      '   0  any     -     -',
      'emulator   any CPU',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).not.toContain('features');
    expect(text).not.toContain('reserved');
  });
});
