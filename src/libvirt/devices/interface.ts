/** `<interface>`. Pure. libvirt's docs: formatdomain, "Network interfaces". */
import type { SpecDraft } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { deviceIdOf, pciAddress } from './addresses.js';
import { cable, TapNames } from './interface-cable.js';
import { card } from './interface-card.js';

export function convertNetworks(devices: XmlNode, draft: SpecDraft, notes: Notes): void {
  const nodes = devices.children('interface');
  const taps = new TapNames(nodes);
  for (const node of nodes) {
    node.ignore('address', '@trustGuestRxFilters', '@managed');
    node.child('target')?.ignore('@managed');
    if (node.attribute('type') === 'hostdev') passedThrough(node, draft, notes);
    else {
      const keys = card(node, notes);
      // Each type of cable is a type of its own: the keys of the card stand beside them.
      draft.add('networks', { ...cable(node, keys.model ?? 'virtio', taps, notes), ...keys }, node);
    }
    reportLosses(node, notes);
  }
}

/** A function of a network card of the host. */
function passedThrough(node: XmlNode, draft: SpecDraft, notes: Notes): void {
  const source = node.child('source');
  const address = source?.child('address');
  const mac = node.child('mac')?.attribute('address');
  node.ignore('model');
  node.child('driver')?.ignore('@name');
  const pci = address?.attribute('type') === 'usb' ? undefined : pciAddress(address);
  if (pci === undefined) {
    notes.dropped(node, 'the card has no PCI address');
    return;
  }
  if (mac !== undefined)
    notes.dropped(node, `give the virtual function its MAC address yourself: ip link set … vf … mac ${mac}`);
  draft.add(
    'hostDevices',
    { id: deviceIdOf(node), pci, ...transient(node), bootIndex: node.child('boot')?.integer('order', 1) },
    node,
  );
}

/** `<teaming type='transient'>`: the device that the guest prefers, and loses when it moves. */
export function transient(node: XmlNode): { failoverPair?: string | undefined } {
  const teaming = node.child('teaming');
  return teaming?.attribute('type') === 'transient' ? { failoverPair: teaming.attribute('persistent') } : {};
}

const losses: Readonly<Record<string, string>> = {
  bandwidth: 'limits of bandwidth are left out: use tc on the tap',
  filterref: 'the filter is left out: vm writes no firewall rules',
  vlan: 'the VLAN is left out: make the bridge port a member of it',
  virtualport: 'the port profile is left out',
  script: 'no script is run for the tap',
  downscript: 'no script is run for the tap',
  coalesce: 'the tap is left with its own coalescing',
  route: "the guest's own routes are its business",
  guest: "the guest's own addresses are its business",
};

function reportLosses(node: XmlNode, notes: Notes): void {
  for (const [name, message] of Object.entries(losses)) {
    const lost = node.child(name);
    lost?.ignoreAll();
    if (lost) notes.dropped(lost, message);
  }
  node.child('alias')?.attribute('name');
}
