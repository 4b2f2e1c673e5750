import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHome } from '../support/cli.js';
import { startsPaused } from '../support/starts.js';

/** Property names are no guesses: the real QEMU takes each of them. */
describe('what devices say of their transport, and what a viewer brings, on the real QEMU, paused, TCG', () => {
  let home: TestHome;
  beforeEach(() => {
    home = new TestHome();
  });
  afterEach(() => home.dispose());

  it('virtio devices of either generation, some of them past the IOMMU', async () => {
    home.file('a.img', Buffer.alloc(1 << 20).toString());
    await startsPaused(home, 'transport', {
      iommu: { model: 'intel', deviceIotlb: true },
      rng: [
        { virtio: { ats: false } },
        { backend: 'egd', daemon: { type: 'socket' }, virtio: { packed: true } },
        { backend: 'builtin', virtio: { model: 'non-transitional' } },
      ],
      balloon: { virtio: { iommuPlatform: false } },
      input: [
        { type: 'keyboard', virtio: { pagePerQueue: true } },
        { type: 'mouse', virtio: { packed: true } },
      ],
      display: 'vnc',
      video: [
        { model: 'virtio', virtio: { packed: true } },
        { model: 'qxl', vram64: '64MiB' },
      ],
      controllers: [{ id: 's', type: 'scsi', virtio: { ats: false } }],
      disks: [
        { source: 'a.img', format: 'raw', virtio: { packed: true, model: 'transitional' }, copyOnRead: true },
      ],
    });
  });

  it('a smartcard, clipboards and a second bus on a pc', async () => {
    await startsPaused(
      home,
      'viewer',
      {
        machine: { type: 'pc' },
        display: { type: 'spice', channels: { inputs: 'plain' } },
        smartcard: { type: 'remote' },
        channels: [{ type: 'vdagent', clipboard: true, name: 'com.redhat.spice.1' }],
        rng: Array.from({ length: 8 }, () => ({ backend: 'builtin' })),
        input: Array.from({ length: 12 }, () => ({ type: 'mouse' })),
        networks: Array.from({ length: 12 }, () => ({ type: 'none' })),
      },
      async () => {
        expect(existsSync(join(home.runtime, 'viewer/smartcard0.sock'))).toBe(true);
        const { stdout } = await home.vm('qmp', 'viewer', 'query-pci');
        expect(stdout).toContain('vm-bridge0');
      },
    );
  });
});
