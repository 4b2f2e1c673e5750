/** `<sysinfo>`: what the guest reads about its make, and fw_cfg. Pure. libvirt's docs: formatdomain, "SMBIOS System Information". */
import type { SpecDraft } from './draft.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';

export function convertSysinfo(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const mode = domain.at('os', 'smbios');
  const wanted = mode?.oneOf('mode', ['emulate', 'host', 'sysinfo']) ?? 'emulate';
  if (mode && wanted === 'host') notes.dropped(mode, "what the host's firmware says of itself is not copied");
  for (const sysinfo of domain.children('sysinfo')) {
    const type = sysinfo.oneOf('type', ['smbios', 'fwcfg']);
    if (type === 'fwcfg') convertFwCfg(sysinfo, draft, notes);
    else if (wanted === 'sysinfo') convertTables(sysinfo, draft, notes);
    else {
      sysinfo.ignoreAll();
      notes.changed(sysinfo, 'left out: it counts only with <smbios mode="sysinfo"/> in <os>');
    }
  }
}

function convertFwCfg(sysinfo: XmlNode, draft: SpecDraft, notes: Notes): void {
  for (const entry of sysinfo.children('entry')) {
    const name = entry.attribute('name') ?? '';
    const file = entry.attribute('file');
    const text = entry.text();
    if (file === undefined && text === '') notes.dropped(entry, 'it has neither text nor file');
    else draft.add('fwCfg', file === undefined ? { name, string: text } : { name, file }, entry);
  }
}

/** Names of entries, ours on the right. */
const names = {
  bios: { vendor: 'vendor', version: 'version', date: 'date', release: 'release' },
  system: {
    manufacturer: 'manufacturer',
    product: 'product',
    version: 'version',
    serial: 'serial',
    uuid: 'uuid',
    sku: 'sku',
    family: 'family',
  },
  baseBoard: {
    manufacturer: 'manufacturer',
    product: 'product',
    version: 'version',
    serial: 'serial',
    asset: 'asset',
    location: 'location',
  },
  chassis: {
    manufacturer: 'manufacturer',
    version: 'version',
    serial: 'serial',
    asset: 'asset',
    sku: 'sku',
  },
} as const;

function convertTables(sysinfo: XmlNode, draft: SpecDraft, notes: Notes): void {
  for (const table of ['bios', 'system', 'chassis'] as const) {
    const node = sysinfo.child(table);
    if (node) draft.merge('smbios', { [table]: readTable(node, names[table], notes) }, node);
  }
  const boards = sysinfo.children('baseBoard');
  const [board] = boards;
  if (board)
    draft.merge('smbios', { baseBoard: boards.map((one) => readTable(one, names.baseBoard, notes)) }, board);
  const strings = sysinfo.child('oemStrings');
  const texts = strings?.children('entry').map((entry) => entry.text()) ?? [];
  if (strings && texts.length > 0) draft.merge('smbios', { oemStrings: texts }, strings);
}

function readTable(
  table: XmlNode,
  known: Readonly<Record<string, string>>,
  notes: Notes,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const entry of table.children('entry')) {
    const name = entry.attribute('name') ?? '';
    const key = Object.hasOwn(known, name) ? known[name] : undefined;
    if (key === undefined) notes.dropped(entry, `the table has no ${name}`);
    else values[key] = name === 'date' ? fullYear(entry.text()) : entry.text();
  }
  return values;
}

/** SMBIOS of old took two digits for the year. */
function fullYear(date: string): string {
  const match = /^(\d\d?)\/(\d\d?)\/(\d\d|\d{4})$/.exec(date);
  if (!match) return date;
  const [, month = '', day = '', year = ''] = match;
  return [month.padStart(2, '0'), day.padStart(2, '0'), year.length === 2 ? `19${year}` : year].join('/');
}
