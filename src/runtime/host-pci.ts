/** `vm host pci bind` and `unbind`: devices for VFIO, and back. What had them is in a journal before anything is changed. */
import { join } from 'node:path';
import { VmError } from '../errors.js';
import { readPciDevices } from '../host/pci.js';
import { bindingOf, bindToVfio, driverOf, giveBackPci } from '../host/pci-binding.js';
import { liveSysfs, type Sysfs } from '../host/sysfs.js';
import type { Claim, PciDeviceFacts } from '../plan/facts.js';
import { groupMates, isBridge, isInTheWay } from '../plan/iommu-groups.js';
import type { PciBinding } from '../plan/pci-binding.js';
import { underClaims } from './claims.js';
import { readPciJournal, writePciJournal } from './pci-journal.js';
import { vmRoots } from './roots.js';

export interface PciBindingChange {
  readonly address: string;
  /** The driver before and after; null: none. The same twice: nothing was to do. */
  readonly from: string | null;
  readonly to: string | null;
}

/** On what is worked: this machine's, unless a test says otherwise. */
export interface PciHost {
  readonly sysfs: Sysfs;
  /** The file of the journal. */
  readonly journal: string;
}

const thisHost = (): PciHost => ({ sysfs: liveSysfs(), journal: join(vmRoots().state, 'host', 'pci.json') });

/**
 * Gives devices of this machine to vfio-pci. All are checked before the first is touched, and where one fails, all are given back.
 * @throws VmError `host.pci`, `host.pci-needed`, `host.iommu`, `host.iommu-group`, `host.device-held`; `host.vfio`, `host.sysfs`, `host.module`.
 */
export function bindPci(
  addresses: readonly string[],
  host: PciHost = thisHost(),
): Promise<PciBindingChange[]> {
  const { sysfs, journal } = host;
  return withDevices(sysfs, async (all, claims) => {
    for (const address of addresses) refuseToBind(address, addresses, all, claims);
    const found: PciBinding[] = [];
    for (const address of addresses) found.push(await bindingOf(sysfs, address));
    const before = found.filter(({ driver }) => driver !== 'vfio-pci');
    const known = readPciJournal(journal);
    await writePciJournal(journal, [
      ...known.filter(({ address }) => !before.some((one) => one.address === address)),
      ...before,
    ]);
    try {
      for (const { address } of before) await bindToVfio(sysfs, address);
    } catch (error) {
      const stuck = await giveBackAll(before, sysfs);
      await writePciJournal(journal, [
        ...known.filter(({ address }) => !stuck.some((one) => one.address === address)),
        ...stuck,
      ]);
      throw error;
    }
    return found.map(({ address, driver }) => ({
      address,
      from: driver,
      to: driverOf(sysfs.root, address),
    }));
  });
}

/** The last first. @returns those that could not be given back: for "vm host pci unbind" they stay in the journal. */
async function giveBackAll(bindings: readonly PciBinding[], sysfs: Sysfs): Promise<PciBinding[]> {
  const stuck: PciBinding[] = [];
  for (const one of bindings.toReversed()) {
    await giveBackPci(sysfs, one).catch(() => stuck.push(one));
  }
  return stuck;
}

/**
 * Gives devices back to the drivers that they were taken from; one that we did not take goes to the driver that the kernel finds.
 * @throws VmError `host.pci`, `host.device-held`, `host.vfio`, `host.sysfs`. The journal keeps what could not be given back.
 */
export function unbindPci(
  addresses: readonly string[],
  host: PciHost = thisHost(),
): Promise<PciBindingChange[]> {
  const { sysfs, journal } = host;
  return withDevices(sysfs, async (all, claims) => {
    for (const address of addresses) {
      deviceAt(address, all);
      refuseHeld(address, claims);
    }
    const changes: PciBindingChange[] = [];
    for (const address of addresses) {
      const from = driverOf(sysfs.root, address);
      const known = readPciJournal(journal);
      const before = known.find((one) => one.address === address);
      if (before !== undefined || from === 'vfio-pci') {
        await giveBackPci(sysfs, before ?? { address, override: null });
      }
      await writePciJournal(
        journal,
        known.filter((one) => one !== before),
      );
      changes.push({ address, from, to: driverOf(sysfs.root, address) });
    }
    return changes;
  });
}

/** While no VM plans, and so takes none of them. */
function withDevices<T>(
  { root }: Sysfs,
  work: (all: readonly PciDeviceFacts[], claims: readonly Claim[]) => Promise<T>,
): Promise<T> {
  return underClaims(null, (claims) => work(readPciDevices(root) ?? [], claims));
}

function deviceAt(address: string, all: readonly PciDeviceFacts[]): PciDeviceFacts {
  const device = all.find((one) => one.address === address);
  if (device !== undefined) return device;
  throw new VmError('host.pci', `there is no PCI device ${address} on this host`, {
    hint: 'See what is there: vm host iommu.',
  });
}

function refuseToBind(
  address: string,
  given: readonly string[],
  all: readonly PciDeviceFacts[],
  claims: readonly Claim[],
): void {
  const device = deviceAt(address, all);
  if (isBridge(device)) {
    throw new VmError('host.pci', `${address} is a bridge, which no guest can be given`, {
      hint: 'Name the device behind it.',
    });
  }
  refuseNeeded(device, '');
  if (device.iommuGroup === null) {
    throw new VmError(
      'host.iommu',
      `${address} is in no IOMMU group: this machine has no IOMMU, or it is off`,
      {
        hint: 'Switch it on in the firmware (VT-d, AMD-Vi) and on the kernel command line (intel_iommu=on).',
      },
    );
  }
  refuseHeld(address, claims);
  const mates = groupMates(device, all);
  for (const mate of mates) refuseNeeded(mate, `, which is in the IOMMU group of ${address}`);
  const others = mates.filter((one) => isInTheWay(one) && !given.includes(one.address));
  if (others.length === 0) return;
  const words = others.map(({ address: other, driver }) => `${other} (${driver})`).join(', ');
  throw new VmError(
    'host.iommu-group',
    `${address} is in IOMMU group ${device.iommuGroup} with ${words}: a group is given away whole`,
    { hint: `vm host pci bind ${[...given, ...others.map((one) => one.address)].join(' ')}` },
  );
}

/** @param more why it is in question. */
function refuseNeeded({ address, use }: PciDeviceFacts, more: string): void {
  if (use === undefined) return;
  throw new VmError('host.pci-needed', `this machine needs ${address}${more}: ${use}`, {
    hint: 'Free it first (umount, swapoff, another route), or name another device.',
  });
}

function refuseHeld(address: string, claims: readonly Claim[]): void {
  const holder = claims.find(({ hostDevices = [] }) => hostDevices.includes(address));
  if (holder === undefined) return;
  throw new VmError('host.device-held', `${holder.vm} has ${address}`, {
    hint: `Stop it first: vm down ${holder.vm}.`,
  });
}
