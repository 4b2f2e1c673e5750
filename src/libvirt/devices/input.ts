/** `<input>` and `<hub>`. The PS/2 keyboard and mouse are parts of the machine. Pure. libvirt's docs: formatdomain, "Input devices". */
import type { SpecDraft } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { type UsbPlace, usbPlace } from './usb.js';
import { virtioKeys } from './virtio.js';

export function convertInputs(
  devices: XmlNode,
  usb: ReadonlyMap<number, string>,
  draft: SpecDraft,
  notes: Notes,
): void {
  for (const node of devices.children('hub')) {
    node.ignore('alias');
    if (node.attribute('type') === 'usb') draft.add('usb', { type: 'hub', ...usbPlace(node, usb) }, node);
    else notes.dropped(node, 'vm has USB hubs alone');
  }
  for (const node of devices.children('input')) convertInput(node, usb, draft, notes);
}

function convertInput(node: XmlNode, usb: ReadonlyMap<number, string>, draft: SpecDraft, notes: Notes): void {
  node.ignore('alias');
  const type = node.attribute('type') ?? '';
  const bus = node.attribute('bus') ?? defaultBus(type);
  const place: UsbPlace = usbPlace(node, usb);
  const source = node.child('source');
  const model = node.attribute('model');
  if (type === 'evdev') {
    const device = source?.attribute('dev');
    if (device === undefined) return;
    draft.add(
      'input',
      {
        type: 'evdev',
        device,
        grabAll: source?.attribute('grab') === 'all' ? true : undefined,
        repeat: source?.onOff('repeat'),
        grabToggle: source?.oneOf('grabToggle', [
          'ctrl-ctrl',
          'alt-alt',
          'shift-shift',
          'meta-meta',
          'scrolllock',
          'ctrl-scrolllock',
        ]),
      },
      node,
    );
    return;
  }
  if (bus === 'virtio' && type === 'passthrough') {
    const device = source?.attribute('evdev');
    if (device !== undefined) draft.add('input', { type, device, ...virtioKeys(node, model) }, node);
    return;
  }
  if (bus === 'virtio' && (type === 'keyboard' || type === 'mouse' || type === 'tablet')) {
    draft.add('input', { type, ...virtioKeys(node, model) }, node);
    return;
  }
  if (bus === 'usb' && (type === 'keyboard' || type === 'mouse' || type === 'tablet')) {
    draft.add('usb', { type, ...place }, node);
    return;
  }
  if (bus !== 'ps2') notes.dropped(node, `vm has no input device ${type} on ${bus}`);
}

const defaultBus = (type: string): string =>
  type === 'tablet' ? 'usb' : type === 'passthrough' ? 'virtio' : 'ps2';
