/** Everything that a launch can take of the host, as it stands in the record. Pure types. */
import type { CacheGroupResource } from './cache-group.js';
import type { DiskImageResource } from './disk-image.js';
import type { HugepagesResource } from './hugepages.js';
import type { InterruptsResource } from './interrupts.js';
import type { LimitsResource } from './limits.js';
import type { MacvtapResource } from './macvtap.js';
import type { PartitionResource } from './partition.js';
import type { PciDeviceResource } from './pci-device.js';
import type { SideProcessResource } from './side-process.js';
import type { TapResource } from './tap.js';

export type Resource =
  | TapResource
  | MacvtapResource
  | DiskImageResource
  | CacheGroupResource
  | PartitionResource
  | LimitsResource
  | InterruptsResource
  | HugepagesResource
  | PciDeviceResource
  | SideProcessResource;
