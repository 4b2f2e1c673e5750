import { describe, expect, it } from 'vitest';
import { UsbAllocator } from '../../src/devices/usb-bus.js';
import { notesMachine } from '../support/hosts.js';
import { plan } from '../support/planning.js';

const devices = (text: string) =>
  plan(text).devices.flatMap((device) =>
    device.kind === 'usbController'
      ? [`${device.id}: ${device.what}`]
      : 'usb' in device && device.usb !== null
        ? [`${device.id} at ${device.usb.bus} ${device.usb.port}`]
        : [],
  );

describe('USB', () => {
  it('has a controller only if something needs it, and the controller comes first', () => {
    expect(devices('name: x')).toEqual([]);
    expect(devices('usb: [{type: tablet}]')).toEqual(['usb0: xhci, 15 ports', 'usb-0 at usb0.0 1']);
    expect(devices('sound: usb')).toEqual(['usb0: xhci, 15 ports', 'sound0 at usb0.0 1']);
    expect(devices('usbControllers: [{model: uhci}]')).toEqual(['usb0: uhci, 2 ports']);
  });

  it('leaves ports alone that a device asks for', () => {
    expect(
      devices('usb: [{type: tablet}, {type: mouse, port: "1"}, {type: keyboard, id: kbd}]').slice(1),
    ).toEqual(['usb-0 at usb0.0 2', 'usb-1 at usb0.0 1', 'kbd at usb0.0 3']);
  });

  it('uses the first controller, or the one that is named', () => {
    expect(
      devices(
        'usbControllers: [{id: a, ports: 1}, {id: b}]\nusb: [{type: tablet}, {type: mouse, controller: b}]',
      ).slice(2),
    ).toEqual(['usb-0 at a.0 1', 'usb-1 at b.0 1']);
  });

  it('refuses more devices than there are ports', () => {
    const usb = new UsbAllocator([{ id: 'a', ports: 2 }], [{ controller: undefined, port: '2' }], 15);
    expect(usb.take(undefined, undefined)).toEqual({ bus: 'a.0', port: '1' });
    expect(() => usb.take('a', undefined)).toThrow(
      'the USB controller a has 2 ports, and more devices want one',
    );
  });

  describe('of the host', () => {
    const stick = { bus: 1, address: 4, port: '2', vendor: 0x46d, product: 0xc52b };
    const findings = (text: string, usbDevices: readonly (typeof stick)[] | null) =>
      plan(`usb: [{type: host, ${text}}]`, { host: { ...notesMachine(), usbDevices } }).findings.map(
        ({ severity, message }) => `${severity}: ${message}`,
      );

    it.each([
      ['vendor: "046d", product: "c52b"'],
      ['vendor: "0x46D", product: "c52b", bus: 1, address: 4'],
      ['bus: 1, hostPort: "2"'],
    ])('is found: %s', (text) => {
      expect(findings(text, [stick, { ...stick, bus: 2, product: 1 }])).toEqual([]);
    });

    it('is told of when it is not there, unless it is optional or nothing is known', () => {
      const text = 'vendor: "046d", product: "0001"';
      expect(findings(text, [stick])).toEqual(['missing: there is no USB device 046d:0001 on this host']);
      expect(findings(`${text}, optional: true`, [stick])).toEqual([]);
      expect(findings(text, null)).toEqual([]);
    });

    it('is told of when it is one of several', () => {
      expect(findings('vendor: "046d", product: "c52b"', [stick, { ...stick, port: '3' }])).toEqual([
        'warning: 2 USB devices of this host are 046d:c52b: QEMU takes one of them',
      ]);
    });
  });
});
