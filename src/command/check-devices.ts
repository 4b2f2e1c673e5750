/** Checks `-device` against the drivers of a QEMU and their properties. Pure. */
import type { Finding } from '../plan/findings.js';
import type { QemuCapabilities } from '../plan/qemu-capabilities.js';
import { printable } from '../spec/printable.js';
import { membersOf, own } from './check-arguments.js';
import { lackFinding } from './check-findings.js';
import type { QemuOption } from './option.js';

/** Members of `-device` that are no properties (system/qdev-monitor.c). */
const ofEveryDevice = ['driver', 'id', 'bus'];

export function checkDevice(option: QemuOption, qemu: QemuCapabilities): Finding[] {
  const members = membersOf(option.value ?? '', 'driver', false);
  const given = members?.driver;
  if (members === undefined || typeof given !== 'string' || qemu.devices.length === 0) return [];
  const driver = driverOf(given, qemu);
  if (driver === undefined) {
    const what = `device ${printable(given)}`;
    const lack = {
      code: 'qemu.unknown-device',
      what,
      since: given,
      name: given,
      known: qemu.devices,
    } as const;
    return [lackFinding(option, lack, qemu)];
  }
  const known = propertiesOf(driver, qemu);
  if (known === undefined) return [];
  return Object.keys(members)
    .filter((name) => !ofEveryDevice.includes(name) && !known.includes(name))
    .map((name) => {
      const what = `property ${printable(name)} of the device ${driver}`;
      const since = `${driver}.${name}`;
      return lackFinding(option, { code: 'qemu.unknown-property', what, since, name, known }, qemu);
    });
}

/** Short names of drivers (system/qdev-monitor.c, qdev_alias_table); those of virtio follow a rule. */
export const driverAliases: Readonly<Record<string, string>> = {
  ac97: 'AC97',
  'e1000-82540em': 'e1000',
  es1370: 'ES1370',
  ahci: 'ich9-ahci',
  lsi: 'lsi53c895a',
};

/** The driver itself: QEMU has short names for some (qdev_alias_table). */
function driverOf(name: string, { devices }: QemuCapabilities): string | undefined {
  const candidates = [
    name,
    own(driverAliases, name),
    /^virtio-[a-z0-9-]+$/.test(name) ? `${name}-pci` : undefined,
  ];
  return candidates.find((candidate) => candidate !== undefined && devices.includes(candidate));
}

/** Undefined: never asked, which is not the same as none. The forms of a virtio driver have the properties of their base. */
function propertiesOf(driver: string, { deviceProperties }: QemuCapabilities): readonly string[] | undefined {
  return own(deviceProperties, driver) ?? own(deviceProperties, driver.replace(/-(non-)?transitional$/, ''));
}
