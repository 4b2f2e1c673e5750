/** `<interface>`. Pure. libvirt's docs: formatdomain, "Network interfaces". */
import type { SpecDraft } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';

export function convertNetworks(devices: XmlNode, draft: SpecDraft, notes: Notes): void {
  for (const node of devices.children('interface')) {
    node.ignoreAll();
    draft.add('networks', { type: 'none', mac: node.child('mac')?.attribute('address') }, node);
    notes.dropped(node, 'later');
  }
}
