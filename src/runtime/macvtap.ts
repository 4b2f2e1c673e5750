/** A macvtap on an interface of the host, for the time that the VM runs (ip-link(8); Linux: drivers/net/macvtap.c, drivers/net/tap.c). */
import { constants, promises, readFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { VmError } from '../errors.js';
import type { MacvtapPlan } from '../plan/tap.js';
import { deleteInterface, ip, refuseTakenInterface } from './ip.js';
import { run } from './run.js';

export interface MacvtapResource extends MacvtapPlan {
  readonly kind: 'macvtap';
}

const code = 'host.macvtap';

/** @throws VmError `host.macvtap` if there is an interface of that name. */
export function refuseTakenMacvtap({ device }: MacvtapResource): void {
  refuseTakenInterface(device, code);
}

/** @throws VmError `host.macvtap` with the words of `ip`. What was made until then is left to {@link giveBackMacvtap}. */
export async function takeMacvtap(resource: MacvtapResource): Promise<void> {
  const { device, interface: lower, mode, mac, mtu, descriptors } = resource;
  const kernelMode = mode === 'passthrough' ? 'passthru' : mode;
  await ip(
    [
      ...['link', 'add', 'link', lower, 'name', device, 'address', mac],
      ...['numtxqueues', `${descriptors.length}`, 'numrxqueues', `${descriptors.length}`],
      ...['type', 'macvtap', 'mode', kernelMode],
    ],
    code,
  );
  await ip(['link', 'set', 'dev', device, ...(mtu === null ? [] : ['mtu', `${mtu}`]), 'up'], code);
}

export async function giveBackMacvtap({ device }: MacvtapResource): Promise<void> {
  await deleteInterface(device, code);
}

/**
 * Opens the devices of all macvtaps, one open a queue, in the order of the numbers under which QEMU is to find them. A descriptor is a
 * queue until the last copy of it is closed: the caller closes ours once QEMU has its own.
 * @param folder where a node may be made for a moment.
 * @param devices where the kernel's own nodes are (devtmpfs).
 * @throws VmError `host.macvtap`.
 */
export async function openMacvtaps(
  macvtaps: readonly MacvtapPlan[],
  folder: string,
  devices = '/dev',
): Promise<FileHandle[]> {
  const handles: FileHandle[] = [];
  try {
    for (const { device, descriptors } of macvtaps) {
      for (const _ of descriptors) handles.push(await openQueue(device, folder, devices));
    }
    return handles;
  } catch (error) {
    await Promise.all(handles.map((handle) => handle.close()));
    throw error;
  }
}

async function openQueue(device: string, folder: string, devices: string): Promise<FileHandle> {
  const numbers = deviceNumbers(device);
  const kernels = join(devices, `tap${numbers.index}`);
  try {
    if (await isDevice(kernels, numbers)) return await promises.open(kernels, constants.O_RDWR);
    return await openOwnNode(join(folder, `${device}.made`), numbers);
  } catch (error) {
    if (error instanceof VmError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new VmError(code, `the device of ${device} can't be opened: ${reason}`, {
      cause: error,
      hint: 'Run vm as root; in a container, its devices must be allowed too.',
    });
  }
}

interface DeviceNumbers {
  readonly index: number;
  readonly major: number;
  readonly minor: number;
}

function deviceNumbers(device: string): DeviceNumbers {
  const folder = `/sys/class/net/${device}`;
  const index = Number(readFileSync(`${folder}/ifindex`, 'utf8'));
  const [major = 0, minor = 0] = readFileSync(`${folder}/tap${index}/dev`, 'utf8').split(':').map(Number);
  return { index, major, minor };
}

/** Whether the kernel's own node (devtmpfs) is here, and is that of this interface: a container may see another's. */
async function isDevice(path: string, { major, minor }: DeviceNumbers): Promise<boolean> {
  const status = await promises.stat(path).catch(() => undefined);
  if (status === undefined || !status.isCharacterDevice()) return false;
  // The kernel's dev_t as stat(2) shows it: glibc's gnu_dev_major and gnu_dev_minor.
  const { rdev } = status;
  return ((rdev >>> 8) & 0xfff) === major && ((rdev & 0xff) | ((rdev >>> 12) & 0xfff00)) === minor;
}

/** Where no devtmpfs is mounted: a node of our own, for as long as it takes to open it. */
async function openOwnNode(path: string, { major, minor }: DeviceNumbers): Promise<FileHandle> {
  await promises.rm(path, { force: true });
  const { status, stderr } = await run('mknod', ['-m', '0600', path, 'c', `${major}`, `${minor}`]);
  if (status !== 0) {
    throw new VmError(code, `a device node for it can't be made: ${stderr.trim()}`, {
      hint: 'Run vm as root, or mount a devtmpfs on /dev.',
    });
  }
  try {
    return await promises.open(path, constants.O_RDWR);
  } finally {
    await promises.rm(path, { force: true });
  }
}
