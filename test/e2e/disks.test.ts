import { afterEach, beforeEach, describe, it } from 'vitest';
import { TestHome } from '../support/cli.js';
import { startsPaused } from '../support/starts.js';

/** The real QEMU takes every bus and controller that a spec can name; what it can't be given here is left to the golden lines. */
describe('disks on the real QEMU, paused, TCG', () => {
  let home: TestHome;
  beforeEach(() => {
    home = new TestHome();
  });
  afterEach(() => home.dispose());

  const starts = (name: string, spec: object) => startsPaused(home, name, spec);

  it('every bus of q35', async () => {
    home.images('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l');
    await starts('buses', {
      ioThreads: 2,
      controllers: [
        {
          id: 'fast',
          type: 'scsi',
          queues: 2,
          queueSize: 256,
          commandsPerUnit: 64,
          maxSectors: 1024,
          ioThread: 1,
          ioEventFd: true,
          eventIndex: true,
        },
        { id: 'flash', type: 'nvme', serial: 'FLASH-1' },
        { id: 'ports', type: 'sata' },
      ],
      disks: [
        {
          id: 'scsi',
          source: 'a',
          bus: 'scsi',
          wwn: '0x5000c50015ea71ac',
          vendor: 'ACME',
          product: 'Disk',
          rotationRate: 'ssd',
          deviceName: 'first',
          removable: true,
          geometry: { cylinders: 10, heads: 16, sectors: 63 },
        },
        { source: 'b', bus: 'scsi', ioThread: 0, errors: { read: 'report', write: 'enospc' }, shared: true },
        { source: 'c', bus: 'scsi', controller: 'fast', target: 3, unit: 1, serial: 'C-1' },
        { type: 'cdrom', bus: 'scsi' },
        { type: 'cdrom' },
        { type: 'cdrom', source: 'd', boot: 1 },
        { type: 'cdrom', source: 'missing.iso', ifMissing: 'empty' },
        {
          source: 'e',
          bus: 'sata',
          rotationRate: 7200,
          product: 'Old',
          wwn: '5000c50015ea71ad',
          geometry: { cylinders: 10, heads: 16, sectors: 63, translation: 'lba' },
        },
        { source: 'f', bus: 'sata', controller: 'ports', unit: 5, errors: { read: 'stop', write: 'stop' } },
        { id: 'nvme', source: 'g', bus: 'nvme', queues: 4 },
        {
          source: 'h',
          bus: 'nvme',
          controller: 'flash',
          wwn: '0123456789abcdef',
          logicalBlockSize: '4KiB',
          physicalBlockSize: '4KiB',
        },
        { source: 'i', bus: 'nvme', controller: 'flash', readOnly: true },
        { type: 'floppy', source: 'j', boot: 9 },
        { source: 'l', bus: 'usb', serial: 'USB-1', removable: true },
        {
          id: 'a-very-long-name-of-a-disk-32chr',
          source: 'k',
          queues: 2,
          queueSize: 512,
          ioEventFd: true,
          eventIndex: false,
          discardGranularity: '1MiB',
          limits: { iops: 100 },
          geometry: { cylinders: 10, heads: 16, sectors: 63 },
        },
      ],
    });
  });

  it('the buses and SCSI adapters of pc', async () => {
    home.images('a', 'b', 'c', 'd', 'e');
    const models = [
      'lsi53c895a',
      'lsi53c810',
      'mptsas1068',
      'megasas',
      'megasas-gen2',
      'pvscsi',
      'am53c974',
      'dc390',
    ];
    await starts('pc', {
      machine: { type: 'pc', accelerator: 'tcg' },
      controllers: models.map((model) => ({ id: model, type: 'scsi', model })),
      disks: [
        { source: 'a', bus: 'ide' },
        { source: 'b', bus: 'ide', channel: 1, unit: 1, serial: 'IDE-B' },
        { type: 'cdrom' },
        { source: 'c', bus: 'sata' },
        { source: 'd', bus: 'scsi', controller: 'lsi53c895a', target: 2 },
        { type: 'floppy' },
        { type: 'floppy', source: 'e' },
      ],
    });
  });
});
