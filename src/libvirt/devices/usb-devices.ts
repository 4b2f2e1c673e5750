/** `<redirdev>` with its filter. Pure. libvirt's docs: formatdomain, "Redirected devices". */
import type { SpecDraft } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { backend } from './chardev.js';
import { usbPlace } from './usb.js';

export function convertRedirected(
  devices: XmlNode,
  usb: ReadonlyMap<number, string>,
  draft: SpecDraft,
  notes: Notes,
): void {
  const filter = filterOf(devices.child('redirfilter'));
  for (const node of devices.children('redirdev')) {
    node.ignore('alias', 'protocol', '@bus');
    const common = {
      type: 'redir',
      filter,
      bootIndex: node.child('boot')?.integer('order', 1),
      ...usbPlace(node, usb),
    } as const;
    if (node.attribute('type') === 'spicevmc') {
      node.ignore('source');
      draft.add('usb', common, node);
      continue;
    }
    // libvirt's default name.
    const named = node.child('source')?.attribute('channel') ?? 'org.qemu.usbredir';
    const chardev =
      node.attribute('type') === 'dbus' ? ({ type: 'dbus', port: named } as const) : backend(node, notes);
    if (chardev?.type === 'tcp' && chardev.server === false) {
      draft.add('usb', { ...common, from: 'tcp', host: chardev.host, tcpPort: chardev.port }, node);
    } else if (chardev?.type === 'socket') {
      draft.add('usb', { ...common, from: 'socket', path: chardev.path, server: chardev.server }, node);
    } else if (chardev?.type === 'dbus') {
      draft.add('usb', { ...common, from: 'dbus', channel: chardev.port }, node);
    } else {
      notes.dropped(
        node,
        'devices are sent by SPICE, D-Bus, a unix socket, or a server at a TCP port that we connect to',
      );
    }
  }
}

/** Rules in the notation of usbredir: class:vendor:product:version:allow. */
function filterOf(node: XmlNode | undefined): string | undefined {
  const rules = (node?.children('usbdev') ?? []).map((rule) => {
    const version = rule.attribute('version');
    const parts = [
      rule.attribute('class') ?? '-1',
      rule.attribute('vendor') ?? '-1',
      rule.attribute('product') ?? '-1',
      version === undefined || version === '-1' ? '-1' : binaryCoded(version),
      rule.yesNo('allow') === true ? '1' : '0',
    ];
    return parts.map((part) => (/^0x/.test(part) ? `0x${part.slice(2).toUpperCase()}` : part)).join(':');
  });
  return rules.length === 0 ? undefined : rules.join('|');
}

/** Version 1.10 of a device is 0x0110. */
function binaryCoded(version: string): string {
  const [major = '0', minor = '0'] = version.split('.');
  return `0x${major.padStart(2, '0')}${minor.padEnd(2, '0')}`;
}
