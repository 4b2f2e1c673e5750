/** What a domain says to QEMU itself, past libvirt. Pure. libvirt's docs: drvqemu, "Pass-through of arbitrary QEMU commands". */
import { printable } from '../spec/printable.js';
import type { SpecDraft } from './draft.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';

export function convertQemuNamespace(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const commandline = domain.child('qemu:commandline');
  if (commandline) {
    const args = commandline.children('qemu:arg').map((arg) => arg.attribute('value') ?? '');
    if (args.length > 0) draft.merge('qemu', { extraArgs: args }, commandline);
    for (const variable of commandline.children('qemu:env')) {
      const name = variable.attribute('name') ?? '';
      variable.attribute('value');
      notes.dropped(variable, `QEMU gets no environment from a spec: ${printable(name)}`);
    }
  }
  convertOverride(domain, notes);
  const capabilities = domain.child('qemu:capabilities');
  capabilities?.ignoreAll();
  if (capabilities)
    notes.dropped(capabilities, 'what QEMU can do is asked of it, and can not be said to be otherwise');
  const deprecation = domain.child('qemu:deprecation');
  deprecation?.ignoreAll();
  if (deprecation) notes.dropped(deprecation, 'how QEMU takes old options is its own default');
}

/** Properties are set by device, by aliases that a spec does not have. */
function convertOverride(domain: XmlNode, notes: Notes): void {
  for (const device of domain.child('qemu:override')?.children('qemu:device') ?? []) {
    const alias = device.attribute('alias') ?? '';
    for (const property of device.child('qemu:frontend')?.children('qemu:property') ?? []) {
      const words = ['name', 'type', 'value'].map((name) => property.attribute(name) ?? '');
      notes.dropped(property, `the property of ${printable(alias)} is not set: ${words.join(' ')}`);
    }
  }
}
