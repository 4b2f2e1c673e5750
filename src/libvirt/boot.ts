/** `<os>`: firmware, kernel and what is started first. Pure. libvirt's docs: formatdomain, "Operating system booting". */
import { printable } from '../spec/printable.js';
import type { SpecDraft } from './draft.js';
import { domainFacts } from './facts.js';
import { convertFirmware } from './firmware.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';

export function convertBoot(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  draft.merge('machine', { accelerator: domainFacts(domain).accelerator }, domain);
  const os = domain.child('os');
  if (!os) {
    draft.merge('machine', { type: 'pc' }, domain);
    return;
  }
  convertMachine(os, draft, notes);
  convertFirmware(os, draft, notes);
  convertKernel(os, draft, notes);
  convertOrder(os, draft);
  convertMenu(os, draft);
  for (const table of os.child('acpi')?.children('table') ?? []) convertTable(table, draft, notes);
}

const known = /^(q35|pc|microvm|pc-q35-\d+\.\d+(\.\d+)?|pc-i440fx-\d+\.\d+(\.\d+)?)$/;

/** Distributions name machines of their own: what is left of a name is the chipset. */
function convertMachine(os: XmlNode, draft: SpecDraft, notes: Notes): void {
  const type = os.child('type');
  type?.text();
  type?.ignore('@arch');
  const written = type?.attribute('machine') ?? 'pc';
  const chipset = written === 'microvm' ? 'microvm' : /q35/.test(written) ? 'q35' : 'pc';
  const machine = known.test(written) ? written : chipset;
  draft.merge('machine', { type: machine }, type ?? os);
  if (machine !== written)
    notes.approximated(type ?? os, `the machine is ${machine}: ${printable(written)} is not known here`);
}

function convertKernel(os: XmlNode, draft: SpecDraft, notes: Notes): void {
  const kernel = os.child('kernel');
  const initrd = os.child('initrd');
  const cmdline = os.child('cmdline');
  if (kernel && kernel.text() !== '') draft.merge('boot', { kernel: kernel.text() }, kernel);
  if (initrd && initrd.text() !== '') draft.merge('boot', { initrd: initrd.text() }, initrd);
  if (cmdline && cmdline.text() !== '') draft.merge('boot', { cmdline: cmdline.text() }, cmdline);
  const tree = os.child('dtb');
  tree?.text();
  if (tree) notes.dropped(tree, 'an x86 machine has no device tree');
}

const kinds = { hd: 'disk', cdrom: 'cdrom', network: 'net', fd: 'floppy' } as const;

/** Where no device has an order of its own: then `<os>` has none. */
function convertOrder(os: XmlNode, draft: SpecDraft): void {
  const boots = os.children('boot');
  const [first] = boots;
  const order = boots.flatMap((boot) => {
    const device = boot.oneOf('dev', ['hd', 'cdrom', 'network', 'fd']);
    return device === undefined ? [] : [kinds[device]];
  });
  if (first && order.length > 0) draft.merge('boot', { order: [...new Set(order)] }, first);
}

function convertMenu(os: XmlNode, draft: SpecDraft): void {
  const menu = os.child('bootmenu');
  const on = menu?.yesNo('enable');
  const timeout = menu?.integer('timeout');
  if (menu && on !== undefined) {
    draft.merge(
      'boot',
      { menu: on, menuTimeout: on && timeout !== undefined ? `${timeout}ms` : undefined },
      menu,
    );
  }
  const bios = os.child('bios');
  if (!bios) return;
  if (bios.yesNo('useserial') === true) draft.merge('machine', { graphics: false }, bios);
  const reboot = bios.integer('rebootTimeout', -1);
  if (reboot !== undefined && reboot >= 0) draft.merge('boot', { rebootTimeout: `${reboot}ms` }, bios);
}

function convertTable(table: XmlNode, draft: SpecDraft, notes: Notes): void {
  const type = table.oneOf('type', ['slic', 'msdm', 'raw', 'rawset']);
  const file = table.text();
  if (type === 'slic' || type === 'msdm')
    draft.add('acpiTables', { file, signature: type.toUpperCase() }, table);
  else if (type === 'raw') draft.add('acpiTables', { file }, table);
  else notes.dropped(table, 'a file of several tables is not taken apart: give each table its own');
}
