/** Whether the host can give a device away: it is there, VFIO has it or can get it, and its IOMMU group is whole. Pure. Linux: Documentation/driver-api/vfio. */
import type { PciDeviceFacts } from '../plan/facts.js';
import { groupMates, isBridge, isInTheWay } from '../plan/iommu-groups.js';
import type { PciDriver } from '../plan/pci-binding.js';
import type { DeviceContext } from './context.js';

interface Wanted {
  readonly address: string;
  /** Whether the launch binds it. */
  readonly managed: boolean;
}

type Missing = (
  code: 'host.pci' | 'host.vfio' | 'host.iommu' | 'host.iommu-group' | 'host.pci-needed',
  message: string,
  hint: string,
) => void;

/** @param given the addresses of all devices that this VM gets. */
export function reportPci(
  wanted: Wanted,
  given: ReadonlySet<string>,
  key: string,
  context: DeviceContext,
): PciDeviceFacts | undefined {
  const { address } = wanted;
  reportHolder(address, key, context);
  const { pciDevices } = context.host;
  if (pciDevices === null) return undefined;
  const device = pciDevices.find((one) => one.address === address);
  const missing: Missing = (code, message, hint) =>
    context.find({ severity: 'missing', code, key, message, hint });
  if (!device) {
    missing(
      'host.pci',
      `there is no PCI device ${address} on this host`,
      'See what is there: vm host iommu.',
    );
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
  if (device.driver !== 'vfio-pci') reportBinding(device, wanted, key, missing, context);
  reportGroup(device, pciDevices, given, missing);
  return device;
}

/** What the launch is to take a device from; null: VFIO has it already. */
export function takenFrom({ address, driver }: PciDeviceFacts): PciDriver | null {
  return driver === 'vfio-pci' ? null : { address, driver };
}

function reportBinding(
  { address, driver, use }: PciDeviceFacts,
  { managed }: Wanted,
  key: string,
  missing: Missing,
  { host, decide }: DeviceContext,
): void {
  const bound = driver === null ? 'bound to no driver' : `bound to ${driver}`;
  const bind = `vm host pci bind ${address}`;
  if (use !== undefined) {
    missing('host.pci-needed', `the host needs ${address}: ${use}`, 'Name another device: vm host iommu.');
  } else if (!managed) {
    missing(
      'host.vfio',
      `${address} is ${bound}, not to vfio-pci`,
      `Bind it: ${bind}; or say managed: true.`,
    );
  } else if (host.root === false) {
    missing(
      'host.vfio',
      `${address} is ${bound}, not to vfio-pci, and only root can change that`,
      `Bind it: sudo ${bind}; or run vm as root.`,
    );
  } else {
    const from = driver === null ? 'no driver' : driver;
    decide({
      key,
      value: `${address} from ${from} to vfio-pci`,
      reason: 'managed: for the time that the VM runs, and then back',
    });
  }
}

function reportGroup(
  device: PciDeviceFacts,
  all: readonly PciDeviceFacts[],
  given: ReadonlySet<string>,
  missing: Missing,
): void {
  for (const other of groupMates(device, all)) {
    if (given.has(other.address) || !isInTheWay(other)) continue;
    missing(
      'host.iommu-group',
      `${other.address} is in the same IOMMU group (${device.iommuGroup}) and bound to ${other.driver}: the group must be given whole`,
      `Give it to the guest too, or take it from its driver: vm host pci bind ${device.address} ${other.address}.`,
    );
  }
}

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
