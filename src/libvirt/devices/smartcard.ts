/** `<smartcard>`. Pure. libvirt's docs: formatdomain, "Smartcard devices". */
import type { SpecDocument, SpecDraft } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { backend } from './chardev.js';

export function convertSmartcard(devices: XmlNode, draft: SpecDraft, notes: Notes): void {
  const [node, ...more] = devices.children('smartcard');
  for (const other of more) {
    other.ignoreAll();
    notes.dropped(other, 'a guest has one smartcard here: the first');
  }
  const card = node && cardOf(node, notes);
  if (node && card) draft.set('smartcard', card, node);
}

function cardOf(node: XmlNode, notes: Notes): SpecDocument['smartcard'] {
  node.ignore('address', 'alias');
  switch (node.oneOf('mode', ['host', 'host-certificates', 'passthrough'])) {
    case 'host':
      return { type: 'host' };
    case 'host-certificates': {
      const [first, second, third] = node.children('certificate').map((one) => one.text());
      const database = node.child('database')?.text();
      if (first === undefined || second === undefined || third === undefined) break;
      return { type: 'certificates', certificates: [first, second, third], database };
    }
    case 'passthrough': {
      node.ignore('protocol');
      if (node.attribute('type') === 'spicevmc') return { type: 'spice' };
      const at = backend(node, notes);
      if (at !== undefined) return { type: 'remote', at };
      break;
    }
    case undefined:
      break;
  }
  notes.dropped(node, 'the smartcard is left out');
  return undefined;
}
