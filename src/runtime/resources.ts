/** What a launch takes of the host besides QEMU itself. Each kind is a file, with a way to take it and one to give it back. */
import type { Claim } from '../plan/facts.js';
import type { VmPlan } from '../plan/plan.js';
import { keepAffinities } from './affinities.js';
import { giveBackCacheGroup, refuseTakenCacheGroup, takeCacheGroup } from './cache-group.js';
import { refuseTakenGroup } from './cgroup-files.js';
import { underClaims } from './claims.js';
import { holdControllers, releaseControllers } from './controllers.js';
import { giveBackDiskImage, takeDiskImage } from './disk-image.js';
import { giveBackHugepages, hugepagesResources, takeHugepages } from './hugepages.js';
import { giveBackInterrupts, stuckInterrupts, takeInterrupts, takenFromInterrupts } from './interrupts.js';
import { giveBackLimits, takeLimits } from './limits.js';
import { giveBackMacvtap, refuseTakenMacvtap, takeMacvtap } from './macvtap.js';
import { giveBackPartition, takePartition } from './partition.js';
import { giveBackPciDevice, pciDeviceResource, takePciDevice } from './pci-device.js';
import type { Resource } from './resource-kinds.js';
import { giveBackSideProcess, type SideProcessResource } from './side-process.js';
import { giveBackTap, refuseTakenTap, takeTap } from './tap.js';

/** All that this plan needs, in the order in which it is taken. @throws VmError `host.sysfs`. */
export async function plannedResources({
  name,
  taps,
  macvtaps,
  devices,
  cacheGroups,
  partition,
  interrupts,
  limits,
  sideProcesses,
  placement,
  memory,
  paths,
}: VmPlan): Promise<Resource[]> {
  const images = devices.flatMap((device) => (device.kind === 'disk' ? device.made : []));
  const bindings = devices.flatMap((device) => (device.kind === 'hostDevice' ? (device.binding ?? []) : []));
  return [
    ...hugepagesResources({ name, memory, paths }),
    ...taps.map((tap) => ({ kind: 'tap' as const, ...tap })),
    ...macvtaps.map((macvtap) => ({ kind: 'macvtap' as const, ...macvtap })),
    ...images.map((image) => ({ kind: 'diskImage' as const, ...image })),
    ...cacheGroups.map((group) => ({ kind: 'cacheGroup' as const, vm: name, ...group })),
    ...(partition === null ? [] : [{ kind: 'partition' as const, vm: name, ...partition }]),
    ...(interrupts === null ? [] : [{ kind: 'interrupts' as const, vm: name, ...interrupts }]),
    ...(await Promise.all(bindings.map((binding) => pciDeviceResource(binding)))),
    ...(limits?.kind === 'group' ? [{ ...limits, kind: 'limits' as const, vm: name }] : []),
    ...sideProcesses.map((side) => ({
      kind: 'sideProcess' as const,
      ...side,
      cpus: placement.emulator,
      identity: null,
    })),
  ];
}

/** Before they are written down as ours: what is there already is somebody else's. @throws VmError `host.*`. */
export function refuseTaken(resources: readonly Resource[]): void {
  for (const resource of resources) {
    // An image that is there already is no obstacle: it is left as it is.
    if (resource.kind === 'tap') refuseTakenTap(resource);
    if (resource.kind === 'cacheGroup') refuseTakenCacheGroup(resource);
    if (resource.kind === 'partition' || resource.kind === 'limits') refuseTakenGroup(resource);
    if (resource.kind === 'macvtap') refuseTakenMacvtap(resource);
  }
}

/**
 * All but processes beside QEMU, which are started side by side (side-processes.ts).
 * @param onWarning told what can't be taken, and is no error.
 */
export async function takeResource(
  resource: Exclude<Resource, SideProcessResource>,
  onWarning?: (text: string) => void,
): Promise<void> {
  switch (resource.kind) {
    case 'tap':
      return takeTap(resource);
    case 'macvtap':
      return takeMacvtap(resource);
    case 'diskImage':
      return takeDiskImage(resource);
    case 'cacheGroup':
      return underClaims(resource.vm, () => takeCacheGroup(resource));
    case 'partition':
      return underClaims(resource.vm, () =>
        keepAffinities(resource.root, () => holdControllers(resource, () => takePartition(resource))),
      );
    case 'limits':
      return underClaims(resource.vm, () => holdControllers(resource, () => takeLimits(resource)));
    case 'interrupts':
      return underClaims(resource.vm, (others) => {
        const stuck = takeInterrupts(resource, takenFromInterrupts(others));
        if (stuck.length > 0) onWarning?.(stuckInterrupts(stuck));
      });
    case 'hugepages':
      return underClaims(resource.vm, () => takeHugepages(resource));
    case 'pciDevice':
      return takePciDevice(resource);
  }
}

/**
 * Does nothing where it was never taken, or is given back already.
 * @param launchFailed whether the launch came to nothing: what is else kept for good goes too, if this launch made it.
 */
export async function giveBackResource(resource: Resource, launchFailed: boolean): Promise<void> {
  switch (resource.kind) {
    case 'tap':
      return giveBackTap(resource);
    case 'macvtap':
      return giveBackMacvtap(resource);
    case 'diskImage':
      return giveBackDiskImage(resource, launchFailed);
    case 'cacheGroup':
      return underClaims(resource.vm, (others) =>
        giveBackCacheGroup(
          resource,
          others.flatMap(({ cacheWays = [] }) => cacheWays),
        ),
      );
    case 'partition':
      return underClaims(resource.vm, (others) =>
        keepAffinities(resource.root, () =>
          releaseControllers(resource, () => giveBackPartition(resource, controllersOf(others))),
        ),
      );
    case 'limits':
      return underClaims(resource.vm, (others) =>
        releaseControllers(resource, () => giveBackLimits(resource, controllersOf(others))),
      );
    case 'interrupts':
      return underClaims(resource.vm, (others) => giveBackInterrupts(resource, takenFromInterrupts(others)));
    case 'hugepages':
      return underClaims(resource.vm, () => giveBackHugepages(resource));
    case 'pciDevice':
      return giveBackPciDevice(resource);
    case 'sideProcess':
      return giveBackSideProcess(resource, launchFailed);
  }
}

function controllersOf(others: readonly Claim[]): string[] {
  return others.flatMap(({ cgroupControllers = [] }) => cgroupControllers);
}
