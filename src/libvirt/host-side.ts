/** What a domain says to libvirt and its host about itself, and the guest does not see. Pure. libvirt's docs: formatdomain. */
import type { SpecDraft } from './draft.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';

const reasons: Readonly<Record<string, string>> = {
  seclabel: 'no SELinux or AppArmor label is set: QEMU runs under the label of vm, in its seccomp sandbox',
  keywrap: "keys are wrapped on IBM's machines only",
  perf: 'perf events are counted by nobody here',
  resource: 'cgroups are not partitioned: see placement for CPUs, and systemd for limits',
  launchSecurity: 'the memory of the guest is not encrypted',
  bootloader: 'there is no boot loader of the host',
  bootloader_args: 'there is no boot loader of the host',
};

export function convertHostSide(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  convertDiskWeight(domain, draft, notes);
  for (const [name, reason] of Object.entries(reasons)) {
    for (const node of domain.children(name)) {
      const none = name === 'seclabel' && node.attribute('type') === 'none';
      node.ignoreAll();
      if (!none) notes.dropped(node, reason);
    }
  }
}

function convertDiskWeight(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const tune = domain.child('blkiotune');
  const weight = tune?.child('weight');
  const value = weight?.integerText(1);
  if (weight && value !== undefined) draft.merge('limits', { ioWeight: value }, weight);
  for (const device of tune?.children('device') ?? []) {
    device.ignoreAll();
    notes.dropped(
      device,
      'block devices of the host have no weights and limits of their own: see limits of disks',
    );
  }
}
