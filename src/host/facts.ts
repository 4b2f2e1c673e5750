/** Reads what this machine, or a captured one, is. */
import type { HostFacts, HugepagePool } from '../plan/facts.js';
import { readCpus } from './cpus.js';
import { readAllowedCpus } from './cpuset.js';
import { readBlockDevices } from './device-nodes.js';
import { readFirmware } from './firmware.js';
import { readHugepagePools, readHugetlbfs } from './hugepages.js';
import { readInterfaces, readIoUring, readLockableBytes, readRealTimeLimit, readVhostNet } from './kernel.js';
import { readNodes } from './nodes.js';
import { keyValues, kilobytes, wholeNumber } from './parse.js';
import { readMediatedDevices, readPciDevices, readUsbDevices, readVhostVsock } from './pci.js';
import { readPrograms } from './programs.js';
import { openRoot, type Root } from './root.js';

/** Enough of /proc/cpuinfo for its first CPU; on big machines the rest is megabytes, and slow. */
const CPUINFO_BYTES = 64 * 1024;

/**
 * Reads the facts of a machine.
 * @param path `/` (the default) is this machine; else the folder of a captured tree, of which what it lacks is unknown, not zero.
 * @throws VmError `usage.sysroot` if the path is no folder. Nothing else in a tree makes it fail.
 */
export function readHostFacts(path = '/'): HostFacts {
  const root = openRoot(path);
  const nodes = readNodes(root);
  const memory = keyValues(root.text('/proc/meminfo'));
  const processor = keyValues(root.head('/proc/cpuinfo', CPUINFO_BYTES));
  return {
    live: root.live,
    cpus: readCpus(root, nodes),
    allowedCpus: readAllowedCpus(root),
    nodes,
    vendor: vendorOf(processor.get('vendor_id')),
    cpuFlags: processor.get('flags')?.split(/\s+/) ?? null,
    memoryBytes: kilobytes(memory.get('MemTotal')),
    availableBytes: kilobytes(memory.get('MemAvailable')),
    defaultHugepageBytes: kilobytes(memory.get('Hugepagesize')),
    hugepages: readHostHugepages(root, memory),
    hugetlbfs: readHugetlbfs(root, kilobytes(memory.get('Hugepagesize'))),
    realTimeLimit: readRealTimeLimit(root),
    ioUring: readIoUring(root),
    vhostNet: readVhostNet(root),
    vhostVsock: readVhostVsock(root),
    pciDevices: readPciDevices(root),
    blockDevices: readBlockDevices(root),
    usbDevices: readUsbDevices(root),
    mediatedDevices: readMediatedDevices(root),
    interfaces: readInterfaces(root),
    lockableBytes: readLockableBytes(root),
    firmware: readFirmware(root),
    programs: root.live ? readPrograms() : null,
    root: root.live ? process.getuid?.() === 0 : null,
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
