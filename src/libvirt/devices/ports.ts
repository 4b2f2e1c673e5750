/** Serial and parallel ports, consoles and channels. Pure. libvirt's docs: formatdomain, "Consoles, serial, parallel & channel devices". */
import type { SpecDocument, SpecDraft } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { backend } from './chardev.js';
import { convertGuestForward } from './guest-forward.js';

type Serial = NonNullable<SpecDocument['serial']>[number];

/** What is found of ports that another section says. */
export interface AgentChannels {
  /** A channel of the SPICE agent. */
  readonly spice: boolean;
}

export function convertPorts(devices: XmlNode, draft: SpecDraft, notes: Notes): AgentChannels {
  convertSerial(devices, draft, notes);
  for (const node of devices.children('parallel')) {
    node.ignore('target', 'alias', 'address', 'protocol');
    const port = backend(node, notes);
    if (port) draft.add('parallel', port, node);
    else notes.dropped(node, 'the parallel port is left out');
  }
  return convertChannels(devices, draft, notes);
}

/** libvirt's first `<console>` is its first `<serial>` under another name, or becomes it. */
function convertSerial(devices: XmlNode, draft: SpecDraft, notes: Notes): void {
  const serial = devices.children('serial');
  const ports: { port: Serial; node: XmlNode }[] = [];
  for (const node of serial) addSerial(node, ports, notes);
  devices.children('console').forEach((node, index) => {
    const target = node.child('target');
    const type = target?.attribute('type') ?? 'serial';
    if (type === 'virtio') {
      target?.ignore('@port');
      node.ignore('alias', 'address', 'protocol');
      const port = backend(node, notes);
      if (port) draft.add('console', port, node);
      else notes.dropped(node, 'the console is left out');
    } else if (type !== 'serial') {
      notes.dropped(node, `a console of type ${type} is none of a PC`);
      node.ignoreAll();
    } else if (index === 0 && serial.length === 0) addSerial(node, ports, notes);
    else node.ignoreAll();
  });
  if (ports.length === 0) draft.set('serial', [], devices);
  for (const { port, node } of ports) draft.add('serial', port, node);
}

const models: Readonly<Record<string, Serial['model']>> = {
  'isa-serial': undefined,
  serial: undefined,
  'pci-serial': 'pci',
  'usb-serial': 'usb',
  'isa-debug': 'debug',
};

function addSerial(node: XmlNode, ports: { port: Serial; node: XmlNode }[], notes: Notes): void {
  const target = node.child('target');
  target?.ignore('@port', 'model');
  node.ignore('alias', 'protocol');
  const type = target?.attribute('type') ?? 'isa-serial';
  const port = backend(node, notes);
  if (port === undefined || !(type in models)) {
    notes.dropped(node, 'the serial port is left out');
    return;
  }
  ports.push({ port: { ...port, model: models[type], ...isaPlace(node, type) }, node });
}

/** Of the address only what is on the ISA bus is the guest's to know. */
function isaPlace(node: XmlNode, type: string): Pick<Serial, 'ioPort' | 'irq'> {
  const address = node.child('address');
  if (address?.attribute('type') !== 'isa') {
    address?.ignoreAll();
    return {};
  }
  const irq = address.integer('irq', 1);
  return { ioPort: address.integer('iobase', 1), irq: type === 'isa-debug' ? undefined : irq };
}

const agentName = 'org.qemu.guest_agent.0';
const spiceName = 'com.redhat.spice.0';

function convertChannels(devices: XmlNode, draft: SpecDraft, notes: Notes): AgentChannels {
  let spice = false;
  devices.children('channel').forEach((node, index) => {
    node.ignore('alias', 'address', 'protocol');
    const target = node.child('target');
    const kind = target?.attribute('type') ?? 'virtio';
    target?.ignore('@state');
    const type = node.attribute('type');
    if (kind === 'guestfwd') {
      convertGuestForward(node, index, draft, notes);
      return;
    }
    if (kind !== 'virtio') {
      notes.dropped(node, `vm has no channel of type ${kind}`);
      node.ignoreAll();
      return;
    }
    const named = target?.attribute('name');
    const name = named ?? (type === 'qemu-vdagent' ? spiceName : undefined);
    if (type === 'spicevmc') {
      if (name !== undefined && name !== spiceName)
        notes.dropped(node, `SPICE's channel has the name ${spiceName}, and not ${name}`);
      else spice = true;
      return;
    }
    const port = backend(node, notes);
    if (name === agentName && type === 'unix') {
      if (port?.type === 'socket' && port.path !== undefined)
        notes.changed(node, "the guest agent's socket is in vm's runtime folder: `vm exec` finds it");
      draft.set('guestAgent', true, node);
      return;
    }
    if (port === undefined) {
      notes.dropped(node, `the channel ${name ?? ''} is left out`);
      return;
    }
    if (name === undefined) notes.approximated(node, `a channel needs a name: it is called channel.${index}`);
    draft.add('channels', { ...port, name: name ?? `channel.${index}` }, node);
  });
  return { spice };
}
