/** The network cards that QEMU emulates on a PC. Pure. QEMU's hw/net. */

/** Those that share a driver of the guest's and differ in their PCI ids. */
const i8255x = [
  'i82550',
  'i82551',
  'i82557a',
  'i82557b',
  'i82557c',
  'i82558a',
  'i82558b',
  'i82559a',
  'i82559b',
  'i82559c',
  'i82559er',
  'i82562',
  'i82801',
] as const;

export const networkModels = [
  'virtio',
  'virtio-transitional',
  'virtio-non-transitional',
  'e1000',
  'e1000-82544gc',
  'e1000-82545em',
  'e1000e',
  'igb',
  'rtl8139',
  'ne2k_pci',
  'ne2k_isa',
  'pcnet',
  'vmxnet3',
  'tulip',
  'usb-net',
  ...i8255x,
] as const;

export type NetworkModel = (typeof networkModels)[number];

export function isVirtioModel(model: NetworkModel): boolean {
  return model.startsWith('virtio');
}

/** Where it is plugged in: what is on PCI has a ROM and an ACPI index. */
export function busOfModel(model: NetworkModel): 'pci' | 'isa' | 'usb' {
  if (model === 'usb-net') return 'usb';
  return model === 'ne2k_isa' ? 'isa' : 'pci';
}
