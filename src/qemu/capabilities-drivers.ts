/** The drivers whose properties are asked of a QEMU: all that the compiler can emit. Of others only the name is checked. */

const virtio = [
  '9p',
  'balloon',
  'blk',
  'crypto',
  'gpu',
  'iommu',
  'keyboard',
  'mem',
  'mouse',
  'net',
  'pmem',
  'rng',
  'scsi',
  'serial',
  'sound',
  'tablet',
].map((kind) => `virtio-${kind}-pci`);

/** microvm has no PCI: these sit on virtio-mmio. */
const virtioMmio = ['9p', 'balloon', 'blk', 'gpu', 'keyboard', 'net', 'rng', 'scsi', 'serial', 'tablet'].map(
  (kind) => `virtio-${kind}-device`,
);

const vhost = [
  'vhost-scsi-pci',
  'vhost-user-blk-pci',
  'vhost-user-fs-device',
  'vhost-user-fs-pci',
  'vhost-user-gpu-pci',
  'vhost-user-vga',
  'vhost-vdpa-device-pci',
  'vhost-vsock-device',
  'vhost-vsock-pci',
];

const video = [
  'VGA',
  'ati-vga',
  'bochs-display',
  'cirrus-vga',
  'qxl',
  'qxl-vga',
  'ramfb',
  'virtio-gpu-gl-pci',
  'virtio-vga',
  'virtio-vga-gl',
  'vmware-svga',
];

const storage = [
  'am53c974',
  'dc390',
  'floppy',
  'ich9-ahci',
  'ide-cd',
  'ide-hd',
  'isa-fdc',
  'lsi53c895a',
  'megasas',
  'megasas-gen2',
  'mptsas1068',
  'nvme',
  'nvme-ns',
  'nvme-subsys',
  'pvscsi',
  'scsi-block',
  'scsi-cd',
  'scsi-generic',
  'scsi-hd',
  'sd-card',
  'sdhci-pci',
  'usb-bot',
  'usb-storage',
  'usb-uas',
];

const network = [
  'e1000',
  'e1000-82544gc',
  'e1000-82545em',
  'e1000e',
  'igb',
  'ne2k_isa',
  'ne2k_pci',
  'pcnet',
  'rtl8139',
  'tulip',
  'usb-net',
  'vmxnet3',
  ...['i82550', 'i82551', 'i82557a', 'i82557b', 'i82557c', 'i82558a', 'i82558b'],
  ...['i82559a', 'i82559b', 'i82559c', 'i82559er', 'i82562', 'i82801'],
];

const buses = [
  'i82801b11-bridge',
  'ioh3420',
  'nec-usb-xhci',
  'pci-bridge',
  'pci-ohci',
  'pcie-pci-bridge',
  'pcie-root-port',
  'piix3-usb-uhci',
  'piix4-usb-uhci',
  'pxb',
  'pxb-pcie',
  'qemu-xhci',
  'usb-ehci',
  'usb-hub',
  'ich9-usb-ehci1',
  'ich9-usb-uhci1',
  'ich9-usb-uhci2',
  'ich9-usb-uhci3',
  'x3130-upstream',
  'xio3130-downstream',
];

const usb = [
  'ccid-card-emulated',
  'ccid-card-passthru',
  'u2f-emulated',
  'u2f-passthru',
  'usb-audio',
  'usb-ccid',
  'usb-host',
  'usb-kbd',
  'usb-mouse',
  'usb-mtp',
  'usb-redir',
  'usb-serial',
  'usb-tablet',
  'usb-wacom-tablet',
];

const sound = [
  'AC97',
  'ES1370',
  'hda-duplex',
  'hda-micro',
  'hda-output',
  'ich9-intel-hda',
  'intel-hda',
  'sb16',
];

const others = [
  'acpi-erst',
  'amd-iommu',
  'i6300esb',
  'ib700',
  'intel-iommu',
  'ipmi-bmc-sim',
  'isa-debug-exit',
  'isa-debugcon',
  'isa-ipmi-kcs',
  'isa-parallel',
  'isa-serial',
  'ivshmem-doorbell',
  'ivshmem-plain',
  'nvdimm',
  'pc-dimm',
  'pci-serial',
  'pvpanic',
  'pvpanic-pci',
  'tpm-crb',
  'tpm-tis',
  'vfio-pci',
  'vfio-pci-nohotplug',
  'virtconsole',
  'virtio-input-host-pci',
  'virtserialport',
  'vmcoreinfo',
  'vmgenid',
];

export const probedDrivers: readonly string[] = [
  ...virtio,
  ...virtioMmio,
  ...vhost,
  ...video,
  ...storage,
  ...network,
  ...buses,
  ...usb,
  ...sound,
  ...others,
];

/** Drivers that QEMU lists even if the module of the device that is a part of them is not installed; asked for such a one, it aborts. */
export const partOf: ReadonlyMap<string, string> = new Map([
  ['vhost-user-gpu-pci', 'vhost-user-gpu'],
  ['vhost-user-vga', 'vhost-user-gpu'],
  ['virtio-gpu-gl-pci', 'virtio-gpu-gl-device'],
  ['virtio-gpu-pci', 'virtio-gpu-device'],
  ['virtio-vga', 'virtio-gpu-device'],
  ['virtio-vga-gl', 'virtio-gpu-gl-device'],
]);
