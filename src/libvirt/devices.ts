/** `<devices>` of a domain. Pure. libvirt's docs: formatdomain, "Devices". */
import type { SpecDraft } from './draft.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';

export function convertDevices(domain: XmlNode, _draft: SpecDraft, _notes: Notes): void {
  domain.child('devices');
}
