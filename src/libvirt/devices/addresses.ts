/** Addresses in libvirt's XML. Pure. libvirt's docs: formatdomain, "Device Addresses". */
import type { XmlNode } from '../node.js';

/** The address of a PCI device of the host, such as `0000:65:00.0`. */
export function pciAddress(node: XmlNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  node.ignore('@type', '@multifunction', 'zpci');
  const [domain = 0, bus = 0, slot = 0, fn = 0] = ['domain', 'bus', 'slot', 'function'].map((name) =>
    node.integer(name),
  );
  if (domain > 0xffff || bus > 0xff || slot > 0x1f || fn > 7) return undefined;
  return `${hex(domain, 4)}:${hex(bus, 2)}:${hex(slot, 2)}.${fn}`;
}

export const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** An id for a device: the user's own alias (`ua-…`), else the name given, if it can be one. */
export function deviceIdOf(device: XmlNode, name?: string): string | undefined {
  const alias = device.child('alias')?.attribute('name');
  const own = alias?.startsWith('ua-') ? alias : undefined;
  return [own, name].find((id) => id !== undefined && /^(?!vm-)[A-Za-z][A-Za-z0-9._-]{0,31}$/.test(id));
}

/** `<reconnect enabled timeout>`, or `delay` for disks, as a duration. */
export function reconnectDelay(node: XmlNode): string | undefined {
  const reconnect = node.child('reconnect');
  const delay = reconnect?.integer('delay') ?? reconnect?.integer('timeout');
  const enabled = reconnect?.yesNo('enabled') ?? true;
  return enabled && delay !== undefined && delay > 0 ? `${delay}s` : undefined;
}
