/** Whether the host can give a device away: it is there, VFIO has it, and its IOMMU group is whole. Pure. Linux: Documentation/driver-api/vfio. */
import type { PciDeviceFacts } from '../plan/facts.js';
import { isBridge } from '../plan/iommu-groups.js';
import type { DeviceContext } from './context.js';

/** Drivers that leave a device to VFIO. */
const yielding: ReadonlySet<string> = new Set(['vfio-pci', 'pci-stub', 'pcieport']);

/** @param given the addresses of all devices that this VM gets. */
export function reportPci(
  address: string,
  given: ReadonlySet<string>,
  key: string,
  context: DeviceContext,
): PciDeviceFacts | undefined {
  reportHolder(address, key, context);
  const { pciDevices } = context.host;
  if (pciDevices === null) return undefined;
  const device = pciDevices.find((one) => one.address === address);
  const missing = (
    code: 'host.pci' | 'host.vfio' | 'host.iommu' | 'host.iommu-group',
    message: string,
    hint: string,
  ) => context.find({ severity: 'missing', code, key, message, hint });
  if (!device) {
    missing('host.pci', `there is no PCI device ${address} on this host`, 'See what is there: lspci -D.');
    return undefined;
  }
  if (isBridge(device)) {
    missing(
      'host.pci',
      `${address} is a bridge of this host, which no guest can be given`,
      'Name the device behind it.',
    );
    return device;
  }
  if (device.iommuGroup === null) {
    missing(
      'host.iommu',
      `${address} is in no IOMMU group: the IOMMU of this host is off`,
      'Switch it on in the firmware (VT-d, AMD-Vi) and on the kernel command line (intel_iommu=on).',
    );
    return device;
  }
  if (device.driver !== 'vfio-pci') {
    missing(
      'host.vfio',
      `${address} is ${device.driver === null ? 'bound to no driver' : `bound to ${device.driver}`}, not to vfio-pci`,
      bindHint(address),
    );
  }
  for (const other of pciDevices) {
    if (other.iommuGroup !== device.iommuGroup || other === device || given.has(other.address)) continue;
    if (isBridge(other) || other.driver === null || yielding.has(other.driver)) continue;
    missing(
      'host.iommu-group',
      `${other.address} is in the same IOMMU group (${device.iommuGroup}) and bound to ${other.driver}: the group must be given whole`,
      bindHint(other.address),
    );
  }
  return device;
}

const bindHint = (address: string): string =>
  `Bind it: driverctl set-override ${address} vfio-pci (or echo vfio-pci > /sys/bus/pci/devices/${address}/driver_override, unbind it and probe it again).`;

export function reportMediated(uuid: string, key: string, context: DeviceContext): void {
  reportHolder(uuid, key, context);
  const { mediatedDevices } = context.host;
  if (mediatedDevices === null || mediatedDevices.includes(uuid)) return;
  context.find({
    severity: 'missing',
    code: 'host.mdev',
    key,
    message: `there is no mediated device ${uuid} on this host`,
    hint: 'Make it: mdevctl start --uuid UUID --parent ADDRESS --type TYPE (mdevctl types shows what there is).',
  });
}

function reportHolder(source: string, key: string, { claims, find }: DeviceContext): void {
  const holder = claims.find(({ hostDevices = [] }) => hostDevices.includes(source));
  if (holder === undefined) return;
  find({
    severity: 'missing',
    code: 'host.device-held',
    key,
    message: `${holder.vm} has ${source}, and a device belongs to one VM`,
    hint: `Stop it first: vm down ${holder.vm}.`,
  });
}
