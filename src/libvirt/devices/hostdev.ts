/** `<hostdev>`. Pure. libvirt's docs: formatdomain, "Host device assignment". */
import type { SpecDocument, SpecDraft } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { deviceIdOf, hex, pciAddress } from './addresses.js';
import { networkSource } from './disk-network.js';
import type { DiskPlaces } from './disk-places.js';
import { transient } from './interface.js';
import { usbPlace } from './usb.js';
import { virtioKeys } from './virtio.js';

type HostDevice = NonNullable<SpecDocument['hostDevices']>[number];

export function convertHostDevices(
  devices: XmlNode,
  usb: ReadonlyMap<number, string>,
  places: DiskPlaces,
  draft: SpecDraft,
  notes: Notes,
): void {
  for (const node of devices.children('hostdev')) {
    node.ignore('alias', '@managed');
    const type = node.attribute('type') ?? '';
    const mode = node.attribute('mode') ?? 'subsystem';
    if (mode !== 'subsystem') {
      notes.dropped(node, 'devices of containers are none of a VM');
      node.ignoreAll();
    } else if (type === 'pci') convertPci(node, draft, notes);
    else if (type === 'usb') convertUsb(node, usb, draft, notes);
    else if (type === 'mdev') convertMediated(node, draft, notes);
    else if (type === 'scsi') convertScsi(node, places, draft, notes);
    else if (type === 'scsi_host') convertVhostScsi(node, draft, notes);
    else {
      notes.dropped(node, `vm passes no devices of type ${type}`);
      node.ignoreAll();
    }
  }
}

/** What PCI and mediated devices share. */
function common(node: XmlNode): Partial<HostDevice> {
  node.ignore('address');
  const rom = node.child('rom');
  const file = rom?.attribute('file');
  rom?.ignore('@bar');
  const enabled = rom?.yesNo('enabled');
  return {
    id: deviceIdOf(node),
    acpiIndex: node.child('acpi')?.integer('index', 1),
    rom: enabled === false ? false : file,
    bootIndex: node.child('boot')?.integer('order', 1),
    ramfb: node.onOff('ramfb') === true ? true : undefined,
    display: node.onOff('display') === true ? 'on' : undefined,
    ...transient(node),
  };
}

function convertPci(node: XmlNode, draft: SpecDraft, notes: Notes): void {
  if (node.child('address')?.attribute('type') === 'unassigned') {
    notes.changed(
      node,
      'the device is left out, as libvirt gives it to no guest either: it only takes it from the host',
    );
    node.ignoreAll();
    return;
  }
  const driver = node.child('driver');
  const name = driver?.oneOf('name', ['vfio', 'kvm', 'xen']);
  if (driver && (name === 'kvm' || name === 'xen'))
    notes.changed(driver, 'the device is passed through VFIO');
  const model = driver?.attribute('model');
  if (driver && model !== undefined)
    notes.changed(driver, `vm binds the device to vfio-pci: bind it to ${model} yourself, if it needs that`);
  const source = node.child('source');
  source?.ignore('@writeFiltering', '@startupPolicy');
  const pci = pciAddress(source?.child('address'));
  if (pci === undefined) {
    notes.dropped(node, 'the device has no PCI address');
    return;
  }
  const managed = node.yesNo('managed') === false ? false : undefined;
  draft.add('hostDevices', { pci, managed, ...common(node) }, node);
}

function convertMediated(node: XmlNode, draft: SpecDraft, notes: Notes): void {
  const model = node.attribute('model');
  const mdev = node.at('source', 'address')?.attribute('uuid');
  if ((model !== undefined && model !== 'vfio-pci') || mdev === undefined) {
    notes.dropped(node, `a mediated device of model ${model ?? ''} is none of a PC`);
    return;
  }
  draft.add('hostDevices', { mdev: mdev.toLowerCase(), ...common(node) }, node);
}

function convertUsb(node: XmlNode, usb: ReadonlyMap<number, string>, draft: SpecDraft, notes: Notes): void {
  const source = node.child('source');
  const policy = source?.oneOf('startupPolicy', ['mandatory', 'requisite', 'optional']);
  const reset = source?.oneOf('guestReset', ['off', 'uninitialized', 'on']);
  const id = (name: string) => {
    const value = source?.child(name)?.integer('id');
    return value === undefined || value > 0xffff ? undefined : hex(value, 4);
  };
  const [vendor, product] = [id('vendor'), id('product')];
  const address = source?.child('address');
  address?.ignore('@type');
  const bus = address?.integer('bus', 1);
  const number = address?.integer('device', 1);
  if (address?.attribute('port') !== undefined)
    notes.dropped(node, 'the port of the device on the host is taken from hostPort alone');
  if (vendor === undefined && bus === undefined) {
    notes.dropped(node, 'the USB device has neither ids nor an address');
    return;
  }
  draft.add(
    'usb',
    {
      type: 'host',
      id: deviceIdOf(node),
      vendor,
      product,
      bus,
      address: number,
      optional: policy === 'optional' || policy === 'requisite' ? true : undefined,
      reset: reset === 'off' ? false : reset === 'uninitialized' ? reset : undefined,
      bootIndex: node.child('boot')?.integer('order', 1),
      ...usbPlace(node, usb),
    },
    node,
  );
}

/** Disks that the kernel of the host serves. */
function convertVhostScsi(node: XmlNode, draft: SpecDraft, notes: Notes): void {
  node.ignore('address', '@rawio', '@sgio');
  const source = node.child('source');
  const wwpn = source?.attribute('wwpn');
  if (source?.attribute('protocol') !== 'vhost' || wwpn === undefined) {
    notes.dropped(node, 'the device has no target of vhost');
    return;
  }
  const others = (draft.get('controllers') ?? []).filter(({ type }) => type === 'vhost-scsi').length;
  draft.add(
    'controllers',
    {
      type: 'vhost-scsi',
      id: deviceIdOf(node, `vhost-scsi${others}`) ?? `vhost-scsi${others}`,
      wwpn,
      boot: node.child('boot')?.integer('order', 1),
      ...virtioKeys(node, node.attribute('model')),
    },
    node,
  );
}

/** libvirt names a SCSI device by where it hangs; QEMU wants its /dev/sgN, which only the host knows. */
function convertScsi(node: XmlNode, places: DiskPlaces, draft: SpecDraft, notes: Notes): void {
  const source = node.child('source');
  node.ignore('@sgio', '@rawio');
  const network = source?.attribute('protocol') === 'iscsi' ? networkSource(source, node, notes) : undefined;
  if (network === undefined && source !== undefined) {
    const adapter = source.child('adapter')?.attribute('name') ?? '';
    const address = source.child('address');
    const at = ['bus', 'target', 'unit'].map((key) => address?.integer(key) ?? 0).join(':');
    notes.approximated(
      source,
      `write the device that \`lsscsi -g\` shows for ${adapter.replace('scsi_host', '')}:${at} in place of /dev/sg0`,
    );
  }
  draft.add(
    'disks',
    {
      id: deviceIdOf(node),
      type: 'generic',
      source: network ?? { type: 'block', path: '/dev/sg0' },
      readOnly: node.child('readonly') === undefined ? undefined : true,
      shared: node.child('shareable') === undefined ? undefined : true,
      bus: 'scsi',
      boot: node.child('boot')?.integer('order', 1),
      ...places.takeFree(node),
    },
    node,
  );
}
