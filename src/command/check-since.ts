/** Which QEMU brought what: of the things that a spec may lead to and an older QEMU lacks. Hand-kept, from QEMU's change logs and QAPI documents. Pure. */
import type { QemuVersion } from '../plan/qemu-capabilities.js';
import { atLeast } from '../plan/qemu-features.js';
import { own } from './check-arguments.js';

/** A driver, object, node, netdev or chardev by its name; a member as `NAME.MEMBER`; a parameter of an option as `-OPTION.PARAMETER`. */
const since: Readonly<Record<string, string>> = {
  '-run-with': '8.1',
  '-run-with.user': '9.1',
  '-smp.modules': '9.1',
  'acpi-generic-initiator': '9.0',
  dgram: '7.2',
  'hv-balloon': '8.2',
  igb: '8.0',
  iommufd: '9.0',
  passt: '10.1',
  'qcow2.discard-no-unref': '8.1',
  'socket.reconnect-ms': '9.2',
  stream: '7.2',
  'stream.reconnect': '8.0',
  'stream.reconnect-ms': '9.2',
  'thread-context': '7.2',
  'uefi-vars-x64': '10.0',
  ufs: '8.2',
  'vfio-pci.iommufd': '9.0',
  'vhost-vdpa-device-pci': '8.0',
  'virtio-blk-pci.iothread-vq-mapping': '9.0',
  'virtio-gpu-gl-pci.venus': '9.2',
  'virtio-iommu-pci.aw-bits': '9.0',
  'virtio-iommu-pci.granule': '9.0',
  'virtio-scsi-pci.iothread-vq-mapping': '10.0',
  'virtio-sound-pci': '8.2',
  'virtio-mem-pci.dynamic-memslots': '8.2',
  vmclock: '10.0',
};

/** The version that brought it; undefined: not kept here. A virtio driver's forms (transitional, without PCI) came with it. */
export function cameWith(name: string): string | undefined {
  return own(since, name) ?? own(since, name.replace(/-(non-)?transitional(?=\.|$)/, ''));
}

/** @param wanted `9.2`, say. */
export function isOlder(version: QemuVersion, wanted: string): boolean {
  const [major = 0, minor = 0] = wanted.split('.').map(Number);
  return !atLeast(version, major, minor);
}

/** Everything that is kept here, with its version. */
export const everySince: readonly (readonly [name: string, version: string])[] = Object.entries(since);
