/** USB: controllers, those that libvirt implies, and what sits on them. Pure. libvirt's docs: formatdomain, "Controllers" and "USB Device Addresses". */
import type { SpecDocument, SpecDraft } from '../draft.js';
import type { DomainFacts } from '../facts.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';

type Controller = NonNullable<SpecDocument['usbControllers']>[number];
type Model = NonNullable<Controller['model']>;
/** Where a USB device sits, in the keys of the spec. */
export interface UsbPlace {
  readonly controller?: string | undefined;
  readonly port?: string | undefined;
}

const models: Readonly<Record<string, Model>> = {
  'piix3-uhci': 'uhci',
  'piix4-uhci': 'uhci',
  'vt82c686b-uhci': 'uhci',
  'ich9-uhci1': 'uhci',
  'ich9-uhci2': 'uhci',
  'ich9-uhci3': 'uhci',
  ehci: 'ehci',
  'ich9-ehci1': 'ich9',
  'pci-ohci': 'ohci',
  'nec-xhci': 'nec-xhci',
  'qemu-xhci': 'xhci',
};

/** QEMU's own number for an xhci; the others have what they have. */
const defaultXhciPorts = 4;

/** @returns the controllers' ids by libvirt's index; empty: the guest has no USB. */
export function convertUsbControllers(
  devices: XmlNode,
  draft: SpecDraft,
  notes: Notes,
  { machine }: DomainFacts,
): ReadonlyMap<number, string> {
  const nodes = devices.children('controller').filter((node) => node.attribute('type') === 'usb');
  const ids = new Map<number, string>();
  const ich9 = new Set(
    nodes
      .filter((node) => node.attribute('model') === 'ich9-ehci1')
      .map((node) => node.integer('index') ?? 0),
  );
  let next = 0;
  for (const node of nodes) {
    node.ignore('address', 'alias');
    const model = node.attribute('model') ?? 'piix3-uhci';
    const index = node.integer('index') ?? (node.has('master') ? Math.max(0, next - 1) : next);
    next = Math.max(next, index + 1);
    node.child('master')?.attribute('startport');
    if (model === 'none') continue;
    if (/^ich9-uhci[123]$/.test(model) && ich9.has(index)) continue;
    const known = models[model];
    if (known === undefined)
      notes.approximated(node, `QEMU has no USB controller ${model}: it becomes an xhci`);
    const ports = node.integer('ports', 1);
    const id = `usb${index}`;
    if (ids.has(index)) continue;
    ids.set(index, id);
    draft.add('usbControllers', controller(id, known ?? 'xhci', ports), node);
  }
  if (nodes.length === 0 && machine !== 'microvm') {
    const model = machine === 'q35' ? 'xhci' : 'uhci';
    ids.set(0, 'usb0');
    draft.add('usbControllers', controller('usb0', model, undefined), devices);
  }
  return ids;
}

const isXhci = (model: Model) => model === 'xhci' || model === 'nec-xhci';

function controller(id: string, model: Model, ports: number | undefined): Controller {
  return {
    id,
    model: model === 'xhci' ? undefined : model,
    ports: isXhci(model) ? (ports ?? defaultXhciPorts) : undefined,
  };
}

/** `<address type='usb'>`. */
export function usbPlace(node: XmlNode, controllers: ReadonlyMap<number, string>): UsbPlace {
  const address = node.child('address');
  if (address?.attribute('type') !== 'usb') {
    address?.ignoreAll();
    return {};
  }
  const bus = address.integer('bus') ?? 0;
  const port = address.attribute('port');
  const id = controllers.get(bus);
  return { controller: bus === 0 ? undefined : id, port };
}
