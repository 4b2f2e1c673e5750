/** Guests on other firmware and machines: UEFI, whose variables stay, and microvm. TCG. */
import { existsSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestHome } from '../support/cli.js';
import { bootGuest, guestKernel, openConsole } from '../support/guest-boot.js';
import { guestReady, guestSpec } from '../support/specs.js';

const MIB = 1024 ** 2;

describe('a guest with UEFI', () => {
  let home: TestHome;
  beforeAll(() => {
    home = new TestHome();
  });
  afterAll(() => home.dispose());

  it('keeps its variables over a restart, and has neither the L3 cache nor svm that the spec denies it', async (context) => {
    if (!existsSync('/usr/share/OVMF/OVMF_VARS_4M.fd')) context.skip('ovmf is not installed');
    const spec = guestSpec({
      boot: { ...guestKernel(), firmware: 'uefi' },
      cpu: { vcpus: 1, vendor: 'GenuineIntel', l3Cache: false, nested: false },
    });
    const variables = '/sys/firmware/efi/efivars';
    const own = `${variables}/VmProof-5b6f2c1e-3d3b-4c6f-9b0a-0a1b2c3d4e5f`;
    const mount = `modprobe efivarfs && mount -t efivarfs none ${variables}`;
    let guest = await bootGuest(home, 'uefi', spec);
    const report = await guest.report();
    expect(report.get('firmware')).toBe('uefi');
    expect(report.has('cpu0.cache2')).toBe(true);
    expect(report.has('cpu0.cache3')).toBe(false);
    expect(report.get('cpus.flags')?.split(' ')).not.toContain('svm');
    // Four bytes of attributes: non-volatile, for firmware and the running system (UEFI, 8.2).
    await guest.run(`${mount} && printf '\\007\\000\\000\\000kept' >${own}`);
    guest.close();

    const restart = await home.vm('restart', 'uefi', '--wait', guestReady, '--timeout', '90s');
    expect({ code: restart.code, stderr: restart.stderr }).toMatchObject({ code: 0 });
    guest = await openConsole(home, 'uefi');
    expect(await guest.run(`${mount} && dd if=${own} bs=4 skip=1 2>/dev/null`)).toBe('kept');
    guest.close();
    expect(await home.vm('down', 'uefi')).toMatchObject({ code: 0 });
    expect(statSync(join(home.state, 'uefi/nvram.fd')).mode & 0o777).toBe(0o600);
  });
});

describe('a guest on microvm', () => {
  let home: TestHome;
  beforeAll(() => {
    home = new TestHome();
  });
  afterAll(() => home.dispose());

  it('has its devices on virtio-mmio, bound to their drivers', async () => {
    for (const name of ['data.img', 'more.img']) truncateSync(home.file(name, ''), 4 * MIB);
    const spec = guestSpec({
      machine: { type: 'microvm', accelerator: 'tcg' },
      // Emulated, on a busy machine, the kernel finds no way to measure its clock, and hangs.
      boot: guestKernel('tsc_early_khz=2000000'),
      cpu: { vcpus: 1 },
      disks: [
        { source: 'data.img', serial: 'MICRO' },
        { source: 'more.img', bus: 'scsi', readOnly: true },
      ],
      networks: [{ type: 'user' }],
      guestAgent: true,
      balloon: true,
      input: [{ type: 'keyboard' }],
    });
    const guest = await bootGuest(home, 'micro', spec);
    const report = await guest.report();
    guest.close();
    expect([...report.keys()].filter((key) => key.startsWith('pci.'))).toEqual([]);
    const drivers = [...report].filter(([key]) => key.startsWith('virtio.')).map(([, value]) => value);
    expect(drivers.sort()).toEqual([
      'type=1 driver=virtio_net',
      'type=18 driver=virtio_input',
      'type=2 driver=virtio_blk',
      'type=3 driver=virtio_console',
      'type=4 driver=virtio_rng',
      'type=5 driver=virtio_balloon',
      'type=8 driver=virtio_scsi',
    ]);
    expect(report.get('block.vda')).toBe(`bytes=${4 * MIB} readonly=0 serial=MICRO`);
    expect(report.get('block.sda')).toContain(`bytes=${4 * MIB} readonly=1`);
    expect(report.get('net.eth0')).toContain('address=10.0.2.15/24');
    expect(await home.vm('down', 'micro', '--force')).toMatchObject({ code: 0 });
  });
});
