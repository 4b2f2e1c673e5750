import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHome } from '../support/cli.js';
import { bareSpec } from '../support/specs.js';
import { startsPaused } from '../support/starts.js';

/** Property names are no guesses: the real QEMU takes every device that this machine can give it. */
describe('devices besides disks and networks on the real QEMU, paused, TCG', () => {
  let home: TestHome;
  beforeEach(() => {
    home = new TestHome();
  });
  afterEach(() => home.dispose());

  const starts = (name: string, spec: object, meanwhile?: () => Promise<void>) =>
    startsPaused(home, name, spec, meanwhile);

  it('a desktop over SPICE and VNC, with all that belongs to it', async () => {
    home.file('spice.pw', 'secret');
    await starts(
      'desktop',
      {
        display: [
          {
            type: 'spice',
            password: 'spice.pw',
            imageCompression: 'off',
            jpegCompression: 'never',
            zlibCompression: 'never',
            playbackCompression: false,
            streaming: 'filter',
            mouse: 'server',
            clipboard: false,
            fileTransfer: false,
          },
          {
            type: 'vnc',
            port: 'auto',
            password: 'spice.pw',
            share: 'force-shared',
            powerControl: true,
            lossy: true,
          },
        ],
        video: [
          { model: 'qxl', ram: '64MiB', vram: '64MiB', vgaMemory: '16MiB', heads: 2, resolution: '1280x800' },
          { model: 'qxl' },
          { model: 'virtio', heads: 2, resolution: '1920x1080' },
        ],
        sound: [
          { model: 'ich9', codecs: ['duplex', 'micro', 'output'] },
          { model: 'ich6' },
          { model: 'usb', multichannel: true },
          { model: 'ac97' },
          { model: 'es1370' },
          { model: 'sb16' },
        ],
        usb: [
          { type: 'tablet' },
          { type: 'keyboard', port: '4' },
          { type: 'mouse' },
          { type: 'hub' },
          { type: 'redir', filter: '-1:-1:-1:-1:1', bootIndex: 3 },
          { type: 'redir', from: 'socket' },
          { type: 'host', vendor: '046d', product: 'c52b', optional: true, reset: false },
        ],
        input: [{ type: 'keyboard' }, { type: 'tablet' }, { type: 'mouse' }],
        channels: [{ type: 'spice', port: 'org.spice-space.webdav.0', name: 'org.spice-space.webdav.0' }],
        guestAgent: true,
        balloon: { deflateOnOom: true, freePageReporting: true, freePageHint: true, statistics: '5s' },
        ioThreads: 1,
        watchdog: { model: ['itco', 'i6300esb', 'ib700'], action: 'poweroff' },
        panic: true,
      },
      async () => {
        const spice = join(home.runtime, 'desktop/spice.sock');
        expect(existsSync(spice)).toBe(true);
        expect(await home.json('status', 'desktop')).toMatchObject({ sockets: { spice, vnc: null } });
      },
    );
  });

  it('every kind of port and backend', async () => {
    home.file('there.in', '');
    await starts('ports', {
      serial: [
        { type: 'tcp', port: 45_571, telnet: true, log: 'out.log' },
        { type: 'udp', port: 45_572, localHost: '127.0.0.1', localPort: 45_573, model: 'pci' },
        { type: 'socket', path: 'own.sock', model: 'usb' },
        { type: 'file', path: 'out, put.txt', append: true, model: 'debug' },
      ],
      parallel: [{ type: 'null' }, { type: 'stdio' }],
      console: [{ type: 'pty' }, { type: 'socket' }],
      channels: [{ type: 'socket', path: 'far.sock', server: false, reconnect: '5s', name: 'org.a' }],
      usbControllers: [
        { model: 'ich9' },
        { id: 'fast', ports: 4 },
        { model: 'nec-xhci' },
        { model: 'ehci' },
        { model: 'uhci' },
        { model: 'ohci' },
      ],
      usb: [
        { type: 'mouse', controller: 'usb4' },
        { type: 'hub', controller: 'fast' },
      ],
      rng: { limit: { bytes: '1MiB', period: '2s' } },
    });
    expect(existsSync(join(home.folder, 'out.log'))).toBe(true);
  });

  it('an identity of its own, and what firmware hands over', async () => {
    home.file('data', 'x');
    // A table of 36 bytes is a header alone (ACPI, 5.2.6).
    const table = Buffer.alloc(36);
    table.write('SSDT');
    table.writeUInt32LE(36, 4);
    home.file('ssdt.aml', table);
    const shared = `vmt-${process.pid}`;
    await starts('identity', {
      smbios: {
        bios: { vendor: 'Acme, Inc.', version: '1', date: '12/31/2024', release: '4.2', uefi: true },
        system: { manufacturer: 'Acme', product: 'P', version: '1', serial: 'S', sku: 'K', family: 'F' },
        baseBoard: [
          { manufacturer: 'A', product: 'B', version: '1', serial: 'S', asset: 'T', location: 'Slot 1' },
        ],
        chassis: { manufacturer: 'A', version: '1', serial: 'S', asset: 'T', sku: 'C' },
        oemStrings: ['a=b,c', 'two'],
      },
      fwCfg: [
        { name: 'opt/org.example.a', string: 'a,b' },
        { name: 'opt/org.example.b', file: 'data' },
      ],
      acpiTables: [{ file: 'ssdt.aml' }],
      generationId: 'new',
      vmcoreinfo: true,
      pstore: { size: '128KiB' },
      panic: 'pci',
      rng: { backend: 'builtin' },
      display: 'vnc',
      sharedMemory: [{ name: shared, size: '1MiB', role: 'master' }],
      video: [{ model: 'bochs', vgaMemory: '16MiB' }, { model: 'ramfb' }],
    });
    expect(statSync(join(home.state, 'identity/pstore')).size).toBe(128 * 1024);
    expect(statSync(`/dev/shm/${shared}`).size).toBe(1024 ** 2);
    rmSync(`/dev/shm/${shared}`);
  });

  it('what this host lacks is told, and nothing is started', async () => {
    const file = home.spec(
      'lacks',
      bareSpec({
        hostDevices: [{ pci: '0000:ff:1f.7' }, { mdev: '6f5c9f00-2c10-4d0e-8b41-111111111111' }],
        usb: [{ type: 'host', vendor: 'dead', product: 'beef' }],
        input: [{ type: 'evdev', device: 'no-keyboard' }],
        fwCfg: [{ name: 'opt/a', file: 'no-data' }],
      }),
    );
    const { code, stderr } = await home.vm('up', file);
    expect(code).toBe(3);
    for (const what of ['ff:1f.7', '6f5c9f00', 'dead:beef', 'no-keyboard', 'no-data'])
      expect(stderr).toContain(what);
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });

  it.each(['std', 'cirrus', 'vmware', 'virtio', 'none'])('video %s on the old machine too', async (model) => {
    await starts('pc', {
      machine: { type: 'pc', accelerator: 'tcg' },
      display: 'vnc',
      video: model,
      sound: true,
      watchdog: true,
      usb: [{ type: 'tablet' }],
    });
  });
});
