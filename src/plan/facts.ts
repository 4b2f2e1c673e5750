/** What planning knows of the world, as plain data: this host, its files, its QEMU, what the live VMs hold. Pure types; `host/`, `qemu/` and `runtime/` fill them. */
import type { CacheWays } from './cache/allocation.js';
import type { InterruptsPlan } from './interrupt-facts.js';
import type { QemuCapabilities } from './qemu-capabilities.js';

/** One CPU, by the kernel's number. `null` is unknown or none, never zero. */
export interface CpuFacts {
  readonly cpu: number;
  readonly online: boolean;
  readonly node: number | null;
  /** The kernel's physical_package_id, die_id, cluster_id and core_id; core ids have gaps and repeat over sockets. */
  readonly socket: number | null;
  readonly die: number | null;
  readonly cluster: number | null;
  readonly core: number | null;
  /** CPUs of the same core, this one included, ascending; likewise those that share its L2 and L3. */
  readonly siblings: readonly number[];
  readonly l2: readonly number[];
  readonly l2Bytes: number | null;
  readonly l3: readonly number[];
  readonly l3Bytes: number | null;
  readonly maxMhz: number | null;
  readonly baseMhz: number | null;
  readonly kind: 'performance' | 'efficiency' | null;
  /** In `isolcpus=` or an isolated partition. */
  readonly isolated: boolean;
  readonly nohzFull: boolean;
}

export interface HugepagePool {
  readonly pageBytes: number;
  readonly total: number;
  readonly free: number;
  /** Of the free ones, promised to a process that has not touched them yet; told for the whole host alone. */
  readonly reserved?: number;
}

/** Huge pages that a VM takes of one pool. */
export interface PoolPages {
  readonly pageBytes: number;
  /** Null: the pool of the whole host, where the kernel shows no nodes. */
  readonly node: number | null;
  readonly pages: number;
}

export interface NodeFacts {
  readonly node: number;
  readonly cpus: readonly number[];
  readonly memoryBytes: number | null;
  /** Free, or page cache that the kernel gives up at once. */
  readonly availableBytes: number | null;
  readonly hugepages: readonly HugepagePool[];
  /** To each node, in the order of the nodes. */
  readonly distances: readonly number[];
}

export interface HostFacts {
  /** Whether this is the running machine and not a captured tree. */
  readonly live: boolean;
  readonly cpus: readonly CpuFacts[];
  /** CPUs that our cpuset allows; null: unknown or not confined. */
  readonly allowedCpus: readonly number[] | null;
  /** Nodes that our cpuset lets memory come from; null: unknown. */
  readonly allowedNodes: readonly number[] | null;
  readonly nodes: readonly NodeFacts[];
  readonly vendor: 'intel' | 'amd' | 'other' | null;
  /** CPU flags of /proc/cpuinfo; null: unknown. */
  readonly cpuFlags: readonly string[] | null;
  readonly memoryBytes: number | null;
  readonly availableBytes: number | null;
  /** The page size that a plain `hugepages: true` means. */
  readonly defaultHugepageBytes: number | null;
  readonly hugepages: readonly HugepagePool[];
  /** Where hugetlbfs is mounted, by its size of pages. */
  readonly hugetlbfs: readonly { readonly path: string; readonly pageBytes: number }[];
  /** What this user may lock (RLIMIT_MEMLOCK); null: as much as there is, or unknown. */
  readonly lockableBytes: number | null;
  /** Null: unknown. */
  readonly realTimeLimit: RealTimeLimit | null;
  /** Whether io_uring may be used (kernel.io_uring_disabled). */
  readonly ioUring: boolean | null;
  readonly vhostNet: boolean | null;
  readonly vhostVsock: boolean | null;
  /** Devices of the host by bus; null: unknown. */
  readonly pciDevices: readonly PciDeviceFacts[] | null;
  readonly usbDevices: readonly UsbDeviceFacts[] | null;
  readonly blockDevices: readonly BlockDeviceFacts[] | null;
  /** UUIDs of the mediated devices. */
  readonly mediatedDevices: readonly string[] | null;
  /** Interfaces of the host; null: unknown. */
  readonly interfaces: readonly InterfaceFacts[] | null;
  /** UEFI firmware that QEMU's descriptors name, best first. */
  readonly firmware: readonly FirmwareFacts[];
  /** Programs beside QEMU that devices need; null: unknown. */
  readonly programs: ProgramFacts | null;
  /** Whether we are root; null: unknown. */
  readonly root: boolean | null;
  /** Whether we may make network interfaces (CAP_NET_ADMIN); null: unknown. */
  readonly networkAdmin: boolean | null;
  /** QEMU's qemu-bridge-helper; null: unknown, or not where it mostly is. */
  readonly bridgeHelper: BridgeHelperFacts | null;
}

/** Which facts are of use for a spec, of those that are dear to read: the others are unknown. */
export interface FactsWanted {
  /** PCI, USB and mediated devices. */
  readonly devices: boolean;
  /** Block devices. */
  readonly disks: boolean;
  readonly interfaces: boolean;
  readonly firmware: boolean;
  readonly programs: boolean;
}

/** How long real-time threads may keep all others from a CPU (Documentation/scheduler/sched-rt-group.rst), in microseconds. */
export interface RealTimeLimit {
  readonly period: number;
  /** Null: without end. */
  readonly runtime: number | null;
}

/** Absolute paths; null: not here. */
export interface ProgramFacts {
  readonly swtpm: string | null;
  readonly swtpmSetup: string | null;
  readonly virtiofsd: string | null;
  readonly passt: string | null;
  readonly vhostUserGpu: string | null;
}

export interface InterfaceFacts {
  readonly name: string;
  readonly bridge: boolean;
  /** A tap takes exactly the way of opening it that it was made for: with one queue, or with several. */
  readonly tap: 'oneQueue' | 'multiQueue' | null;
  /** The node of its card; of a bridge, of the card below it. */
  readonly node: number | null;
}

export interface BlockDeviceFacts {
  readonly name: string;
  /** `MAJOR:MINOR`. */
  readonly number: string | null;
  readonly node: number | null;
}

/** A PCI function. Ids and class in hexadecimal, as the kernel writes them, without 0x. */
export interface PciDeviceFacts {
  readonly address: string;
  readonly vendor: string;
  readonly device: string;
  readonly class: string;
  readonly driver: string | null;
  readonly iommuGroup: number | null;
  readonly node: number | null;
  /** What the host needs it for, in words: a mounted file system, swap, its default route. */
  readonly use?: string;
}

export interface BridgeHelperFacts {
  readonly path: string;
  /** Whether it runs as root whoever starts it. */
  readonly setuid: boolean;
  /** The lines of its bridge.conf, in their order; null: it can't be read. */
  readonly rules: readonly BridgeRule[] | null;
}

export interface BridgeRule {
  readonly action: 'allow' | 'deny';
  /** A name, or `all`. */
  readonly bridge: string;
}

export interface UsbDeviceFacts {
  readonly bus: number;
  readonly address: number;
  /** `1.4` is port 4 of the hub at port 1. */
  readonly port: string;
  readonly vendor: number;
  readonly product: number;
}

/** A firmware image with a template of its variables (QEMU's docs/interop/firmware.json). */
export interface FirmwareFacts {
  readonly code: string;
  readonly codeFormat: 'raw' | 'qcow2';
  readonly variables: string;
  readonly variablesFormat: 'raw' | 'qcow2';
  readonly features: readonly string[];
  /** Patterns of the machines that it is for, as in `pc-q35-*`. */
  readonly machines: readonly string[];
}

/** A file that the spec names. */
export interface FileFacts {
  readonly kind: 'file' | 'block' | 'folder' | 'other' | 'missing';
  readonly readable: boolean;
  readonly writable: boolean;
  readonly bytes: number | null;
  /** Whether it can be opened with O_DIRECT; null: not tried. */
  readonly direct: boolean | null;
  /** `MAJOR:MINOR` of the block device that it is on, or is. */
  readonly device?: string;
  /** The image format that its first bytes tell; `raw` where they tell none. */
  readonly format: string | null;
  /** Its header, for a qcow2 image of a disk that the spec says is one; else it is not looked at. */
  readonly qcow2?: Qcow2Facts;
  /** Which of the two virtiofsd it is, for the one that a share is served by: QEMU's own in C (up to 7.2), or the one in Rust. */
  readonly virtiofsd?: 'c' | 'rust';
  /** What is in it, of a file that goes into the guest; null: no text, or too long a one. */
  readonly text?: string | null;
}

/** What the header of a qcow2 image says (QEMU's docs/interop/qcow2). */
export interface Qcow2Facts {
  readonly virtualBytes: number;
  readonly encryption: 'luks' | 'aes' | null;
  /** The image under it: an absolute path if it is `local`, else as written there (`nbd://…`, `json:…`). */
  readonly backing: { readonly file: string; readonly format: string | null; readonly local: boolean } | null;
  /** Where the data are, if not in the image itself; an absolute path. */
  readonly dataFile: string | null;
}

/** What is known of the QEMU that will run. */
export interface QemuFacts {
  readonly binary: string;
  /** Whether the binary is there. */
  readonly found: boolean;
  /** The outcome of a real start under KVM; null: not tried, because the spec leaves no choice. */
  readonly kvm: { readonly works: boolean; readonly reason: string } | null;
  /** What it says of itself; null: not asked, and QEMU 7.2 is assumed. */
  readonly capabilities: QemuCapabilities | null;
  /** Why it could not be asked. */
  readonly capabilitiesError?: string;
}

/** What a live VM holds. */
export interface Claim {
  readonly vm: string;
  /** CPUs of its vCPUs, if it holds them exclusively. */
  readonly exclusiveCpus: readonly number[];
  /** CPUs of its other threads, which must not starve. */
  readonly threadCpus?: readonly number[];
  /** Its address for vsock. */
  readonly vsockCid?: number;
  /** What it alone writes or listens on: images, the TPM's folder, sockets. */
  readonly paths?: readonly string[];
  /** Addresses of PCI devices and UUIDs of mediated devices of the host. */
  readonly hostDevices?: readonly string[];
  /** Of one that starts: pages that it will take, or has taken already. */
  readonly hugepages?: readonly PoolPages[];
  /** Ways of the host's caches. */
  readonly cacheWays?: readonly CacheWays[];
  /** Controllers that were switched on in the root cgroup for it. */
  readonly cgroupControllers?: readonly string[];
  /** What it keeps the host's interrupts away from. */
  readonly interrupts?: InterruptsPlan | null;
}
