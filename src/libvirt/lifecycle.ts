/** What happens when the guest ends, and its power management. Pure. libvirt's docs: formatdomain, "Events configuration" and "Power Management". */
import type { SpecDraft } from './draft.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';

export function convertLifecycle(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  convertPoweroff(domain, draft, notes);
  convertReboot(domain, draft, notes);
  convertCrash(domain, draft, notes);
  const lock = domain.child('on_lockfailure');
  if (lock) {
    lock.text();
    notes.dropped(lock, 'there is no lock manager here');
  }
  const pm = domain.child('pm');
  if (!pm) return;
  const memory = pm.child('suspend-to-mem');
  const disk = pm.child('suspend-to-disk');
  draft.merge('lifecycle', { suspendToMemory: memory?.yesNo('enabled') }, memory ?? pm);
  draft.merge('lifecycle', { suspendToDisk: disk?.yesNo('enabled') }, disk ?? pm);
}

function convertPoweroff(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const node = domain.child('on_poweroff');
  const action = node?.text() ?? 'destroy';
  if (!node || action === 'destroy') return;
  if (action === 'preserve') {
    draft.merge('lifecycle', { onPoweroff: 'pause' }, node);
    notes.approximated(node, 'the VM is paused when its guest powers off');
    return;
  }
  notes.dropped(node, `${action}: a VM whose guest powers off ends`);
}

function convertReboot(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const node = domain.child('on_reboot');
  const action = node?.text() ?? 'restart';
  if (!node || action === 'restart') return;
  if (action === 'destroy') {
    draft.merge('lifecycle', { onReboot: 'stop' }, node);
    return;
  }
  notes.dropped(node, `${action}: a guest that restarts does so`);
}

/** Without a panic device, QEMU learns of no crash; what libvirt does then is not told by its absence. */
function convertCrash(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const node = domain.child('on_crash');
  const action = node?.text() ?? 'destroy';
  if (!node || action === 'destroy') return;
  if (action === 'preserve') {
    draft.merge('lifecycle', { onCrash: 'pause' }, node);
    return;
  }
  const panics = domain.child('devices')?.has('panic') ?? false;
  if (action === 'restart' && !panics) {
    notes.changed(node, 'left out: without a panic device no crash is ever told');
    return;
  }
  notes.dropped(node, `${action}: a guest that crashes is stopped`);
}
