/** Reads what this machine, or a captured one, is. */
import type { FactsWanted, HostFacts, HugepagePool, NodeFacts } from '../plan/facts.js';
import { readBridgeHelper } from './bridge-helper.js';
import { readCpus } from './cpus.js';
import { readAllowedCpus, readAllowedNodes } from './cpuset.js';
import { readBlockDevices } from './device-nodes.js';
import { readFirmware } from './firmware.js';
import { readHugepagePools, readHugetlbfs } from './hugepages.js';
import {
  readInterfaces,
  readIoUring,
  readLockableBytes,
  readNetworkAdmin,
  readRealTimeLimit,
  readVhostNet,
} from './kernel.js';
import { readNodes } from './nodes.js';
import { keyValues, kilobytes, wholeNumber } from './parse.js';
import { readMediatedDevices, readPciDevices, readUsbDevices, readVhostVsock } from './pci.js';
import { readPrograms } from './programs.js';
import { openRoot, type Root } from './root.js';

const allFacts: FactsWanted = {
  devices: true,
  disks: true,
  interfaces: true,
  firmware: true,
  programs: true,
};

/** Enough of /proc/cpuinfo for its first CPU; on big machines the rest is megabytes, and slow. */
const CPUINFO_BYTES = 64 * 1024;

/**
 * Reads the facts of a machine.
 * @param path `/` (the default) is this machine; else the folder of a captured tree, of which what it lacks is unknown, not zero.
 * @param wanted what is dear to read, and not always of use. Default: all of it.
 * @throws VmError `usage.sysroot` if the path is no folder. Nothing else in a tree makes it fail.
 */
export function readHostFacts(path = '/', wanted: FactsWanted = allFacts): HostFacts {
  const root = openRoot(path);
  const nodes = readNodes(root);
  const memory = keyValues(root.text('/proc/meminfo'));
  return {
    live: root.live,
    ...readProcessors(root, nodes),
    allowedCpus: readAllowedCpus(root),
    allowedNodes: readAllowedNodes(root),
    nodes,
    memoryBytes: kilobytes(memory.get('MemTotal')),
    availableBytes: kilobytes(memory.get('MemAvailable')),
    defaultHugepageBytes: kilobytes(memory.get('Hugepagesize')),
    hugepages: readHostHugepages(root, memory),
    hugetlbfs: readHugetlbfs(root, kilobytes(memory.get('Hugepagesize'))),
    realTimeLimit: readRealTimeLimit(root),
    ioUring: readIoUring(root),
    vhostNet: readVhostNet(root),
    vhostVsock: readVhostVsock(root),
    pciDevices: wanted.devices ? readPciDevices(root) : null,
    // They tell of which node a disk is: there is nothing to tell where there is one.
    blockDevices: wanted.disks && nodes.length !== 1 ? readBlockDevices(root) : null,
    usbDevices: wanted.devices ? readUsbDevices(root) : null,
    mediatedDevices: wanted.devices ? readMediatedDevices(root) : null,
    interfaces: wanted.interfaces ? readInterfaces(root) : null,
    lockableBytes: readLockableBytes(root),
    firmware: wanted.firmware ? readFirmware(root) : [],
    programs: root.live && wanted.programs ? readPrograms() : null,
    root: root.live ? process.getuid?.() === 0 : null,
    networkAdmin: readNetworkAdmin(root),
    bridgeHelper: wanted.interfaces ? readBridgeHelper(root) : null,
  };
}

type Processors = Pick<HostFacts, 'cpus' | 'vendor' | 'cpuFlags'>;

/** Seconds for which the CPUs of this machine stay what they are: many VMs that start side by side look at them once. */
const lifetime = 1;
let recent: { readonly time: number; readonly processors: Processors } | undefined;

function readProcessors(root: Root, nodes: readonly NodeFacts[]): Processors {
  if (!root.live) return readProcessorsNow(root, nodes);
  if (recent === undefined || process.uptime() - recent.time > lifetime)
    recent = { time: process.uptime(), processors: readProcessorsNow(root, nodes) };
  return recent.processors;
}

function readProcessorsNow(root: Root, nodes: readonly NodeFacts[]): Processors {
  const first = keyValues(root.head('/proc/cpuinfo', CPUINFO_BYTES));
  return {
    cpus: readCpus(root, nodes),
    vendor: vendorOf(first.get('vendor_id')),
    cpuFlags: first.get('flags')?.split(/\s+/) ?? null,
  };
}

function vendorOf(id: string | undefined): HostFacts['vendor'] {
  if (id === undefined) return null;
  return id === 'GenuineIntel' ? 'intel' : id === 'AuthenticAMD' ? 'amd' : 'other';
}

/** /proc/meminfo shows the pool of the default size where sysfs shows none. */
function readHostHugepages(root: Root, memory: ReadonlyMap<string, string>): HugepagePool[] {
  const pools = readHugepagePools(root, '/sys/kernel/mm/hugepages');
  const pageBytes = kilobytes(memory.get('Hugepagesize'));
  const total = wholeNumber(memory.get('HugePages_Total'));
  const free = wholeNumber(memory.get('HugePages_Free'));
  if (pools.length > 0 || pageBytes === null || total === null || free === null) return pools;
  return [{ pageBytes, total, free }];
}
