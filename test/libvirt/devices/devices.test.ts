import { describe, expect, it } from 'vitest';
import { imported, told } from '../domain.js';

const spec = (devices: string) => imported({ devices }).spec;

describe('what libvirt implies', () => {
  it("is an xhci with four ports and the chipset's watchdog on q35, and no serial port, screen or entropy", () => {
    expect(spec('')).toMatchObject({
      usbControllers: [{ id: 'usb0', ports: 4 }],
      watchdog: { model: 'itco' },
      serial: [],
      video: 'none',
      balloon: false,
      rng: false,
    });
  });

  it('is a cirrus for a guest with a display', () => {
    expect(spec("<graphics type='vnc' port='-1' autoport='yes'/>").video).toBe('cirrus');
  });
});

describe('devices of a domain', () => {
  it('makes hubs where USB devices outnumber the ports', () => {
    const mouse = "<input type='mouse' bus='usb'/>";
    const result = imported({
      devices: `<controller type='usb' index='0' model='piix3-uhci'/>${mouse.repeat(3)}`,
    });
    expect(result.spec.usb).toEqual([
      { type: 'hub', controller: 'usb0', port: '1' },
      { type: 'mouse', controller: 'usb0', port: '2' },
      { type: 'mouse', controller: 'usb0', port: '1.1' },
      { type: 'mouse', controller: 'usb0', port: '1.2' },
    ]);
    expect(told(result)).toEqual([expect.stringContaining('1 hub added, as libvirt does')]);
  });

  it('knows the first console as the first serial port', () => {
    const devices = `<serial type='pty'><target port='0'/></serial><console type='pty'><target type='serial' port='0'/></console>
      <console type='unix'><source mode='connect' path='/run/c'/><target type='virtio' port='1'/></console>`;
    expect(spec(devices)).toMatchObject({
      serial: [{ type: 'pty' }],
      console: [{ type: 'socket', path: '/run/c', server: false }],
    });
  });

  it("knows the guest agent by its channel, and the SPICE agent's", () => {
    const devices = `<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
      <channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>
      <graphics type='spice' port='5930' autoport='no' listen='127.0.0.1'/>`;
    expect(spec(devices)).toMatchObject({ guestAgent: true, display: [{ type: 'spice', port: 5930 }] });
    expect(spec(devices).channels).toBeUndefined();
  });

  it('passes devices of the host', () => {
    const devices = `<hostdev mode='subsystem' type='pci' managed='yes'>
        <source><address domain='0' bus='0x65' slot='0' function='0x1'/></source><rom file='/roms/gpu.rom'/></hostdev>
      <hostdev mode='subsystem' type='usb'><source startupPolicy='optional'><vendor id='0x046d'/><product id='0xc52b'/></source></hostdev>`;
    expect(spec(devices)).toMatchObject({
      hostDevices: [{ pci: '0000:65:00.1', rom: '/roms/gpu.rom' }],
      usb: [{ type: 'host', vendor: '046d', product: 'c52b', optional: true }],
    });
    const managed = (text: string) => spec(text).hostDevices?.map((device) => device.managed);
    expect(managed(devices)).toEqual([undefined]);
    expect(managed(devices.replace("managed='yes'", "managed='no'"))).toEqual([false]);
  });

  it('gives a SCSI device of the host as it is, and asks for its name', () => {
    const result = imported({
      devices: `<controller type='scsi' model='virtio-scsi'/><hostdev mode='subsystem' type='scsi'>
        <source><adapter name='scsi_host2'/><address bus='0' target='1' unit='3'/></source></hostdev>`,
    });
    expect(result.spec.disks).toEqual([
      { type: 'generic', source: { type: 'block', path: '/dev/sg0' }, bus: 'scsi', controller: 'scsi0' },
    ]);
    expect(told(result)).toEqual([expect.stringContaining('lsscsi -g` shows for 2:0:1:3')]);
  });

  it('keeps what is said of the transport of a virtio device', () => {
    const devices =
      "<rng model='virtio-transitional'><backend model='random'>/dev/hwrng</backend><driver packed='on' ats='off'/></rng>";
    expect(spec(devices).rng).toEqual({
      source: '/dev/hwrng',
      limit: undefined,
      virtio: {
        model: 'transitional',
        iommuPlatform: undefined,
        ats: false,
        packed: true,
        pagePerQueue: undefined,
      },
    });
  });

  it("rounds memory modules up as libvirt does, and takes the guest's huge pages from a file system", () => {
    const devices = `<memory model='dimm'><source><pagesize unit='KiB'>2048</pagesize></source>
      <target><size unit='KiB'>524287</size><node>0</node></target></memory>`;
    const inside =
      "<maxMemory slots='4' unit='GiB'>8</maxMemory><cpu><numa><cell id='0' cpus='0-1' memory='524288'/></numa></cpu>";
    expect(imported({ devices, inside }).spec.memory?.modules).toEqual([
      { type: 'dimm', size: '512MiB', node: 0, hugepages: '2MiB', backing: 'file' },
    ]);
  });

  it('tells of each device that it leaves out', () => {
    expect(told(imported({ devices: "<sound model='pcspk'/><graphics type='rdp'/>" }))).toEqual([
      expect.stringMatching(/^dropped .*graphics/),
      expect.stringMatching(/^dropped .*sound/),
    ]);
  });
});
