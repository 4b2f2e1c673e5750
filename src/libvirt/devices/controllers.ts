/** `<controller>`. PCI is laid out anew. Pure. libvirt's docs: formatdomain, "Controllers". */
import { formatBytes } from '../../units.js';
import type { SpecDraft } from '../draft.js';
import type { IoThreadNumbers } from '../io-threads.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { ioThreadMap, ioThreadOf } from './disk-driver.js';
import type { DiskPlaces, ScsiModel } from './disk-places.js';
import { virtioKeys } from './virtio.js';

export interface ControllerContext {
  readonly machine: 'q35' | 'pc' | 'microvm';
  readonly places: DiskPlaces;
  readonly threads: IoThreadNumbers;
}

/** Disk controllers, which disks name; those of USB are {@link convertUsbControllers}'. */
export function convertControllers(
  devices: XmlNode,
  draft: SpecDraft,
  notes: Notes,
  context: ControllerContext,
): void {
  const next = new Map<string, number>();
  for (const node of devices.children('controller')) {
    const type = node.attribute('type') ?? '';
    const index = node.integer('index') ?? next.get(type) ?? 0;
    next.set(type, Math.max(next.get(type) ?? 0, index + 1));
    node.ignore('address', 'alias');
    switch (type) {
      case 'scsi':
        scsi(node, index, draft, notes, context);
        break;
      case 'sata':
        node.ignore('@model');
        if (context.machine === 'q35' && index === 0) break;
        context.places.sataController(index, `sata${index}`);
        draft.add('controllers', { type: 'sata', id: `sata${index}` }, node);
        break;
      case 'pci':
        pci(node, draft, notes, context);
        break;
      case 'ide':
      case 'fdc':
      case 'ccid':
        node.ignore('@model');
        break;
      case 'virtio-serial':
        virtioSerial(node, draft, notes);
        break;
      case 'usb':
        break;
      default:
        notes.dropped(node, `vm has no controllers of type ${type}`);
        node.ignoreAll();
    }
  }
}

const scsiModels: Readonly<Record<string, ScsiModel>> = {
  auto: 'lsi53c895a',
  lsilogic: 'lsi53c895a',
  lsisas1068: 'mptsas1068',
  lsisas1078: 'megasas',
  vmpvscsi: 'pvscsi',
  'virtio-scsi': 'virtio',
  'virtio-transitional': 'virtio',
  'virtio-non-transitional': 'virtio',
  am53c974: 'am53c974',
  dc390: 'dc390',
};

function scsi(
  node: XmlNode,
  index: number,
  draft: SpecDraft,
  notes: Notes,
  { places, threads }: ControllerContext,
): void {
  const named = node.attribute('model') ?? 'auto';
  const model = scsiModels[named];
  const id = `scsi${index}`;
  if (model === undefined)
    notes.approximated(node, `QEMU has no SCSI adapter ${named} for this machine: it becomes virtio-scsi`);
  const known = model ?? 'virtio';
  places.scsiController(index, id, known);
  const driver = node.child('driver');
  draft.add(
    'controllers',
    {
      type: 'scsi',
      id,
      model: known === 'virtio' ? undefined : known,
      queues: driver?.integer('queues', 1),
      queueSize: driver?.integer('virtqueue_size', 2),
      commandsPerUnit: driver?.integer('cmd_per_lun', 1),
      maxSectors: driver?.integer('max_sectors', 1),
      ioEventFd: driver?.onOff('ioeventfd'),
      eventIndex: driver?.onOff('event_idx'),
      ioThread: driver && ioThreadOf(driver, 'iothread', threads, notes),
      ioThreads: driver === undefined ? undefined : ioThreadMap(driver, threads, notes),
      ...(known === 'virtio' ? virtioKeys(node, named) : {}),
    },
    node,
  );
}

/** One bus serves all consoles and channels. */
function virtioSerial(node: XmlNode, draft: SpecDraft, notes: Notes): void {
  const keys = {
    maxPorts: node.integer('ports', 1),
    vectors: node.integer('vectors'),
    ...virtioKeys(node, node.attribute('model')),
  };
  if (Object.values(keys).every((value) => value === undefined)) return;
  if (draft.get('virtioSerial') === undefined) draft.merge('virtioSerial', keys, node);
  else notes.dropped(node, 'vm makes one virtio-serial bus, and another controller has said how it is');
}

/** Buses, ports and bridges are vm's own; what else such an element says is not. */
function pci(node: XmlNode, draft: SpecDraft, notes: Notes, { machine }: ControllerContext): void {
  const model = node.attribute('model') ?? 'pci-root';
  node.ignore('model');
  const target = node.child('target');
  target?.ignore('@chassisNr', '@chassis', '@port', '@busNr', '@index');
  if (target?.attribute('memReserve') !== undefined)
    notes.dropped(target, 'no memory is kept for bridges that are plugged in later');
  const numaNode = target?.child('node')?.text();
  if (numaNode !== undefined)
    notes.dropped(node, `vm makes no PCI bus that belongs to the guest node ${numaNode}`);
  const acpiHotplug = target?.attribute('hotplug');
  if (model === 'pci-root' && (acpiHotplug === 'off' || acpiHotplug === 'on')) {
    draft.merge('qemu', { extraArgs: ['-global', `PIIX4_PM.acpi-root-pci-hotplug=${acpiHotplug}`] }, node);
    notes.changed(node, 'hot-plug on the bus of the machine is said in qemu.extraArgs');
  } else if (acpiHotplug === 'off')
    notes.dropped(node, 'devices can be plugged and unplugged at every root port of vm');
  const hole = node.child('pcihole64')?.sizeText();
  if (hole === undefined) return;
  const host = machine === 'q35' ? 'q35-pcihost' : 'i440FX-pcihost';
  draft.merge('qemu', { extraArgs: ['-global', `${host}.pci-hole64-size=${hole / 1024}K`] }, node);
  notes.changed(node, `the hole of ${formatBytes(hole)} above the memory is said in qemu.extraArgs`);
}
