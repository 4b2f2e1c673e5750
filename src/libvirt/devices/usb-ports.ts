/** Ports for USB devices that have none, where the first controller has too few: on the other controllers, and on hubs, as libvirt gives them. Pure. */
import { controllerPorts } from '../../devices/usb-controller.js';
import type { SpecDraft } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';

/** Of QEMU's hub. */
const hubPorts = 8;

interface Port {
  readonly controller: string;
  readonly port: string;
}

/** To be called after every device is converted. */
export function settleUsbPorts(devices: XmlNode, draft: SpecDraft, notes: Notes): void {
  const usb = draft.get('usb') ?? [];
  const controllers = (draft.get('usbControllers') ?? []).map((one) => ({
    id: one.id ?? '',
    ports: controllerPorts({ model: one.model ?? 'xhci', ports: one.ports ?? hubPorts }),
  }));
  const first = controllers[0]?.id;
  if (first === undefined) return;
  const reserved = new Set(
    usb.flatMap(({ controller, port }) => (port === undefined ? [] : [`${controller ?? first} ${port}`])),
  );
  const on = (controller: string, prefix: string, count: number): Port[] =>
    Array.from({ length: count }, (_, index) => ({ controller, port: `${prefix}${index + 1}` })).filter(
      ({ port }) => !reserved.has(`${controller} ${port}`),
    );
  const wanting = usb.filter(({ port }) => port === undefined);
  const others = othersOf(draft);
  if (on(first, '', controllers[0]?.ports ?? 0).length >= wanting.length + others) return;
  const free = [
    // Those of devices that can not say a port stay free.
    ...on(first, '', controllers[0]?.ports ?? 0).slice(others),
    ...controllers.slice(1).flatMap(({ id, ports }) => on(id, '', ports)),
    ...usb.flatMap(({ type, controller, port }) =>
      type === 'hub' && port !== undefined ? on(controller ?? first, `${port}.`, hubPorts) : [],
    ),
  ];
  const behind = ({ controller, port }: Port): Port[] => on(controller, `${port}.`, hubPorts);
  const places = new Map<(typeof wanting)[number], Port>();
  for (const hub of wanting.filter(({ type }) => type === 'hub')) {
    const place = free.shift();
    if (place === undefined) break;
    places.set(hub, place);
    free.push(...behind(place));
  }
  const hubs: Port[] = [];
  while (free.length < wanting.length - places.size) {
    const place = free.shift();
    if (place === undefined) break;
    hubs.push(place);
    free.push(...behind(place));
  }
  const placed = usb.map((device) =>
    device.port === undefined ? { ...device, ...(places.get(device) ?? free.shift()) } : device,
  );
  if (hubs.length > 0)
    notes.changed(
      devices,
      `the USB controllers have too few ports: ${hubs.length} hub${hubs.length > 1 ? 's' : ''} added, as libvirt does`,
    );
  draft.set('usb', [...hubs.map((place) => ({ type: 'hub' as const, ...place })), ...placed], devices);
}

/** USB devices of other sections, which take the first free ports. */
function othersOf(draft: SpecDraft): number {
  const { disks, serial, sound } = {
    disks: draft.get('disks'),
    serial: draft.get('serial'),
    sound: draft.get('sound'),
  };
  const cards = Array.isArray(sound) ? sound.filter(({ model }) => model === 'usb').length : 0;
  return (
    (disks ?? []).filter(({ bus }) => bus === 'usb').length +
    (serial ?? []).filter(({ model }) => model === 'usb').length +
    cards +
    (draft.get('smartcard') === undefined ? 0 : 1)
  );
}
