/** A PCI bus in memory, which reacts to writes as the kernel does (drivers/pci/pci-driver.c, drivers/base/bus.c). */
import { VmError } from '../../src/errors.js';
import type { Root } from '../../src/host/root.js';
import type { Sysfs } from '../../src/host/sysfs.js';

export interface FakeDevice {
  readonly group: number | null;
  readonly class?: string;
  driver: string | null;
  override?: string | null;
  /** The driver that its ids fit; null: none. */
  readonly fits: string | null;
}

const bus = '/sys/bus/pci';

export class FakeSysfs implements Sysfs {
  readonly writes: string[] = [];
  readonly root: Root;
  readonly drivers = new Set<string>(['vfio-pci', 'nouveau', 'snd_hda_intel', 'pcieport']);
  /** Drivers that refuse a device, as one whose IOMMU group is not viable. */
  readonly refusing = new Set<string>();
  /** Called before each write: what throws is a kernel that refuses or hangs. */
  before: (path: string, text: string) => void = () => undefined;
  /** Paths below which a write of a killed command hangs. */
  readonly hanging = new Set<string>();
  /** What else there is to read, by path: files, and links. */
  readonly files = new Map<string, string>();
  readonly links = new Map<string, string>();

  constructor(readonly devices: Record<string, FakeDevice>) {
    const absent = () => undefined;
    this.root = {
      live: true,
      text: (path) => this.#text(path),
      head: absent,
      names: (path) => (path === `${bus}/devices` ? Object.keys(devices).sort() : []),
      exists: (path) => this.#isFolder(path) || this.#text(path) !== undefined,
      isFolder: (path) => this.#isFolder(path),
      link: (path) => this.#link(path),
      real: (path) => path,
    };
  }

  drivenBy(): Record<string, string | null> {
    return Object.fromEntries(Object.entries(this.devices).map(([address, { driver }]) => [address, driver]));
  }

  async write(path: string, text: string): Promise<void> {
    this.before(path, text);
    this.writes.push(`${text.trim()} > ${path}`);
    const [, address = '', file = ''] = /^\/sys\/bus\/pci\/devices\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const device = this.devices[address];
    if (file === 'driver_override' && device) device.override = text.trim() === '' ? null : text.trim();
    else if (file === 'driver/unbind' && device?.driver != null && text.trim() === address)
      device.driver = null;
    else if (path === `${bus}/drivers_probe`) this.#probe(text.trim());
    else if (path.endsWith('/bind')) this.#bind(text.trim(), path.split('/').at(-2) ?? '');
    else throw new VmError('host.sysfs', `No such device: ${path}`);
  }

  async settle(...paths: readonly string[]): Promise<void> {
    for (const path of paths)
      if (this.hanging.has(path)) throw new VmError('host.sysfs', `the write into ${path} has not ended`);
  }

  async load(module: string): Promise<void> {
    this.drivers.add(module);
  }

  /** The kernel says nothing where no driver takes it. */
  #probe(address: string): void {
    const device = this.devices[address];
    if (device === undefined) throw new VmError('host.sysfs', 'No such device');
    const name = device.override ?? device.fits;
    if (device.driver === null && name !== null && this.drivers.has(name) && !this.refusing.has(name)) {
      device.driver = name;
    }
  }

  #bind(address: string, driver: string): void {
    const device = this.devices[address];
    const fits = device?.override == null ? device?.fits === driver : device.override === driver;
    if (device?.driver !== null || !fits || this.refusing.has(driver)) {
      throw new VmError('host.sysfs', `No such device: ${address}`);
    }
    device.driver = driver;
  }

  #device(path: string): [FakeDevice | undefined, string] {
    const [, address = '', file = ''] = /^\/sys\/bus\/pci\/devices\/([^/]+)\/?(.*)$/.exec(path) ?? [];
    return [this.devices[address], file];
  }

  #text(path: string): string | undefined {
    const [device, file] = this.#device(path);
    if (device === undefined) return this.files.get(path);
    if (file === 'driver_override') return `${device.override ?? '(null)'}\n`;
    return file === 'class' ? `0x${device.class ?? '030000'}\n` : undefined;
  }

  #isFolder(path: string): boolean {
    const [device, file] = this.#device(path);
    if (device !== undefined) return file === '';
    return path === `${bus}/devices` || this.drivers.has(path.replace(`${bus}/drivers/`, ''));
  }

  #link(path: string): string | undefined {
    const [device, file] = this.#device(path);
    if (file === 'driver' && device?.driver != null) return `../../../bus/pci/drivers/${device.driver}`;
    if (file === 'iommu_group' && device?.group != null)
      return `../../../kernel/iommu_groups/${device.group}`;
    return this.links.get(path);
  }
}
