/** Names of PCI devices and classes, where a list of them is installed (pci.ids(5)). */
import type { Root } from './root.js';

/** Debian's place, and others'. */
const files = ['/usr/share/misc/pci.ids', '/usr/share/hwdata/pci.ids'];

interface Ids {
  readonly vendor: string;
  readonly device: string;
  /** Six digits: class, subclass, interface. */
  readonly class: string;
}

export interface PciNames {
  /** By `VENDOR:DEVICE`; of a device that is not listed, its vendor's name and its number. */
  readonly devices: ReadonlyMap<string, string>;
  /** By class and subclass, four digits. */
  readonly classes: ReadonlyMap<string, string>;
}

/** Names of these devices alone: the list is long. The first root that has one counts. */
export function readPciNames(roots: readonly Root[], wanted: readonly Ids[]): PciNames {
  for (const root of roots) {
    for (const file of files) {
      const text = root.text(file);
      if (text !== undefined) return parsePciNames(text, wanted);
    }
  }
  return { devices: new Map(), classes: new Map() };
}

/** Pure. Two blanks divide number and name; what belongs to the line before begins with a tab. */
export function parsePciNames(text: string, wanted: readonly Ids[]): PciNames {
  const listed = listedNames(text, new Set(wanted.map(({ vendor }) => vendor)));
  const devices = wanted.flatMap(({ vendor, device }) => {
    const maker = listed.get(vendor);
    const key = `${vendor}:${device}`;
    return maker === undefined ? [] : [[key, `${maker} ${listed.get(key) ?? `device ${device}`}`] as const];
  });
  const classes = wanted.flatMap(({ class: code }) => {
    const kind = code.slice(0, 4);
    const name = listed.get(`C ${kind}`) ?? listed.get(`C ${kind.slice(0, 2)}`);
    return name === undefined ? [] : [[kind, name] as const];
  });
  return { devices: new Map(devices), classes: new Map(classes) };
}

/** Vendors as `8086`, their devices as `8086:1237`, classes as `C 03` and `C 0300`. */
function listedNames(text: string, vendors: ReadonlySet<string>): Map<string, string> {
  const names = new Map<string, string>();
  let above: string | undefined;
  for (const line of text.split('\n')) {
    const [, indent, first, name = ''] = /^(\t?)((?:C )?[0-9a-f]{2,4}) {2}(.+?)\s*$/.exec(line) ?? [];
    // Subsystems and programming interfaces have two tabs; a comment ends nothing.
    if (first === undefined) continue;
    if (indent === '') {
      above = first.startsWith('C ') ? first : vendors.has(first) ? `${first}:` : undefined;
      if (above !== undefined) names.set(first, name);
    } else if (above !== undefined) names.set(`${above}${first}`, name);
  }
  return names;
}
