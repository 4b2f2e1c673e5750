import { afterEach, beforeEach, describe, it } from 'vitest';
import { TestHome } from '../support/cli.js';
import { startsPaused } from '../support/starts.js';

let home: TestHome;
beforeEach(() => {
  home = new TestHome();
});
afterEach(() => home.dispose());

/** Property names are no guesses here either: what is rarely asked for is started too. */
describe('rare devices on the real QEMU, paused, TCG', () => {
  it('virtio of one form, ciphers, ports at places of their own, floppies that are started from', async () => {
    home.file('a.img', '\0'.repeat(1024 ** 2));
    home.file('boot.img', '\0'.repeat(1440 * 1024));
    const transitional = { virtio: { model: 'transitional' } };
    await startsPaused(home, 'rare', {
      machine: { type: 'pc', accelerator: 'tcg' },
      boot: { order: ['floppy', 'disk'] },
      ioThreads: 2,
      ioThreadSettings: [{ thread: 1, pollMaxNs: 0, pollGrow: 2, pollShrink: 2, poolMin: 1, poolMax: 4 }],
      mainLoop: { poolMax: 8 },
      controllers: [{ id: 's', type: 'scsi', virtio: { model: 'non-transitional' } }],
      disks: [
        { source: 'a.img', acpiIndex: 3, ...transitional },
        { type: 'floppy', source: 'boot.img' },
      ],
      rng: transitional,
      balloon: transitional,
      virtioSerial: { maxPorts: 4, vectors: 2, ...transitional },
      crypto: [{ backend: 'builtin' }],
      serial: [{ type: 'pty', ioPort: 0x3e8, irq: 5 }],
      panic: { ioPort: 0x506 },
      usb: [{ type: 'redir', from: 'socket' }],
    });
  });

  it('memory of several speeds, with a cache in front', async () => {
    await startsPaused(home, 'hmat', {
      cpu: { vcpus: 2, topology: { sockets: 1, cores: 2, threads: 1 } },
      memory: {
        size: '128MiB',
        maxSize: '2GiB',
        slots: 2,
        modules: [{ type: 'virtio-mem', size: '512MiB', address: 0x180000000, requested: '64MiB' }],
      },
      numa: [
        {
          cpus: '0-1',
          memory: '64MiB',
          distances: { 1: 30 },
          caches: [{ level: 1, size: '8MiB', line: 64 }],
          paths: [
            { to: 0, latency: 5, bandwidth: '200GiB' },
            { to: 0, cache: 1, latency: 2, bandwidth: '400GiB' },
            { to: 1, latency: 30, bandwidth: '20GiB' },
          ],
        },
        { memory: '64MiB' },
      ],
    });
  });
});
