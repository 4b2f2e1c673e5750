/** Checks of the devices that a guest gets of its host, and of the USB devices beside them. Pure. */
import { controllerId, controllerPorts } from '../devices/usb-controller.js';
import type { KeyIssue } from './error.js';
import type { VmSpec } from './schema.js';

export function checkHostDevices({ hostDevices }: VmSpec): KeyIssue[] {
  const seen = new Map<string, string>();
  return hostDevices.flatMap((device, index): KeyIssue[] => {
    const key = `hostDevices[${index}]`;
    const { pci, mdev } = device;
    if ((pci === undefined) === (mdev === undefined)) {
      return [
        {
          key,
          message: 'must have either pci or mdev',
          hint: 'write pci: "0000:65:00.0", or mdev with a UUID',
        },
      ];
    }
    const source = pci ?? mdev ?? '';
    const other = seen.get(source);
    seen.set(source, key);
    if (other !== undefined) {
      return [{ key, message: `${other} is the same device`, hint: 'remove one of the two' }];
    }
    if (pci === undefined && (device.rom !== undefined || device.xVga)) {
      return [
        { key, message: 'a mediated device has no ROM and no legacy VGA', hint: 'remove rom and xVga' },
      ];
    }
    if (device.ramfb && device.display === 'off') {
      return [{ key: `${key}.ramfb`, message: 'needs a display to be shown on', hint: 'write display: on' }];
    }
    return [];
  });
}

export function checkUsb({ usb, usbControllers }: VmSpec): KeyIssue[] {
  const controllers = new Map(
    usbControllers.map((one, index) => [controllerId(one, index), controllerPorts(one)]),
  );
  const first = controllers.keys().next().value ?? 'usb0';
  const seen = new Map<string, string>();
  return usb.flatMap((device, index): KeyIssue[] => {
    const key = `usb[${index}]`;
    const issues: KeyIssue[] = [];
    const { controller = first, port } = device;
    if (device.controller !== undefined && !controllers.has(device.controller)) {
      issues.push({
        key: `${key}.controller`,
        message: `there is no USB controller ${device.controller}`,
        hint: `add {id: ${device.controller}} to usbControllers, or name another`,
      });
    }
    if (port !== undefined) {
      const place = `${controller} ${port}`;
      const other = seen.get(place);
      if (other !== undefined)
        issues.push({ key: `${key}.port`, message: `${other} has this port`, hint: 'choose another' });
      seen.set(place, key);
      const most = controllers.get(controller) ?? 15;
      if (Number.parseInt(port, 10) > most) {
        issues.push({
          key: `${key}.port`,
          message: `the controller has ${most} ports`,
          hint: 'choose a lower one',
        });
      }
    }
    if (device.type === 'host') {
      const byIds = device.vendor !== undefined && device.product !== undefined;
      const byPlace =
        device.bus !== undefined && (device.address !== undefined || device.hostPort !== undefined);
      if (!byIds && !byPlace) {
        issues.push({
          key,
          message: 'does not say which device',
          hint: 'write vendor and product, or bus with address or hostPort (lsusb shows them)',
        });
      }
    }
    if (device.type === 'redir' && device.from === 'tcp' && device.tcpPort === undefined) {
      issues.push({ key, message: 'from: tcp needs tcpPort', hint: 'write tcpPort: 4000, say' });
    }
    if (device.type === 'redir') {
      const only = { path: 'socket', tcpPort: 'tcp' } as const;
      for (const name of ['path', 'tcpPort'] as const) {
        if (device[name] === undefined || device.from === only[name]) continue;
        issues.push({
          key: `${key}.${name}`,
          message: `is for from: ${only[name]} only`,
          hint: `write from: ${only[name]}, or remove it`,
        });
      }
    }
    return issues;
  });
}
