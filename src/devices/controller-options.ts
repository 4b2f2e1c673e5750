/** A disk controller on the command line. Pure. */
import type { QemuOption } from '../command/option.js';
import { virtioDriver } from './context.js';
import type { ControllerPlan, ScsiController } from './controllers.js';
import { deviceOption } from './options.js';

export function controllerOptions(controller: ControllerPlan): QemuOption[] {
  const { id, origin } = controller;
  switch (controller.type) {
    case 'scsi':
      return [
        deviceOption(origin, scsiWhy(controller), { ...scsiProperties(controller), ...controller.pci }),
      ];
    case 'sata':
      return [
        deviceOption(origin, 'An AHCI adapter: six SATA ports.', {
          driver: 'ahci',
          id,
          ...controller.pci,
        }),
      ];
    case 'nvme':
      return [
        deviceOption(origin, 'An NVMe controller; its disks are namespaces.', {
          driver: 'nvme',
          id,
          serial: controller.serial,
          ...controller.pci,
        }),
      ];
    case 'vhost-scsi':
      return [
        deviceOption(origin, "Disks that the host's kernel serves by itself.", {
          driver: controller.pci.bus === undefined ? 'vhost-scsi' : `vhost-scsi-pci${controller.virtio.form}`,
          id,
          wwpn: controller.wwpn,
          num_queues: controller.queues ?? undefined,
          bootindex: controller.bootIndex ?? undefined,
          ...controller.virtio.properties,
          ...controller.pci,
        }),
      ];
    case 'floppy':
      return [
        deviceOption(origin, 'The floppy controller, which q35 has not of its own.', {
          driver: 'isa-fdc',
          id,
        }),
      ];
  }
}

function scsiWhy({ model, ioThread, ioThreads }: ScsiController): string {
  if (model !== 'virtio') return 'A SCSI adapter that old guests know.';
  if (ioThreads !== null) return 'virtio-scsi, its queues spread over several I/O threads.';
  return ioThread === null
    ? 'virtio-scsi: many disks behind one device.'
    : `virtio-scsi, served by ${ioThread} and not by QEMU's main loop.`;
}

/** QEMU's names of the models whose driver is called otherwise. */
function scsiDriver({ model, pci, virtio }: ScsiController): string {
  if (model === 'virtio') return virtioDriver('scsi', pci, virtio.form);
  return model === 'lsi53c895a' ? 'lsi' : model;
}

function scsiProperties(controller: ScsiController) {
  const driver = scsiDriver(controller);
  const {
    id,
    model,
    queues,
    queueSize,
    commandsPerUnit,
    maxSectors,
    ioEventFd,
    eventIndex,
    ioThread,
    ioThreads,
  } = controller;
  if (model !== 'virtio') return { driver, id };
  return {
    driver,
    id,
    num_queues: queues ?? undefined,
    virtqueue_size: queueSize ?? undefined,
    cmd_per_lun: commandsPerUnit ?? undefined,
    max_sectors: maxSectors ?? undefined,
    ioeventfd: ioEventFd ?? undefined,
    event_idx: eventIndex ?? undefined,
    iothread: ioThread ?? undefined,
    'iothread-vq-mapping': ioThreads?.map((thread) => ({ ...thread })),
    ...controller.virtio.properties,
  };
}
