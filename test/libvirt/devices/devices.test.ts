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

  it('takes the hub of the domain before it makes one', () => {
    const mouse = "<input type='mouse' bus='usb'/>";
    const { spec: made } = imported({
      devices: `<controller type='usb' index='0' model='piix3-uhci'/><hub type='usb'/>${mouse.repeat(2)}`,
    });
    expect(made.usb).toEqual([
      { type: 'hub', controller: 'usb0', port: '1' },
      { type: 'mouse', controller: 'usb0', port: '2' },
      { type: 'mouse', controller: 'usb0', port: '1.1' },
    ]);
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

  it('keeps each source of entropy, and how a daemon of it is reached', () => {
    const devices = `<rng model='virtio'><backend model='builtin'/></rng>
      <rng model='virtio'><backend model='egd' type='tcp'><source mode='connect' host='10.0.0.1' service='4000'/></backend></rng>`;
    expect(spec(devices).rng).toMatchObject([
      { backend: 'builtin' },
      { backend: 'egd', daemon: { type: 'tcp', host: '10.0.0.1', port: 4000, server: false } },
    ]);
  });

  it('keeps a smartcard, of which a guest has one', () => {
    const emulated = "<smartcard mode='host'/>";
    const result = imported({ devices: `<smartcard mode='passthrough' type='spicevmc'/>${emulated}` });
    expect(result.spec.smartcard).toEqual({ type: 'spice' });
    expect(told(result)).toEqual([expect.stringMatching(/^dropped .*smartcard.*one smartcard/)]);
    expect(spec(emulated).smartcard).toEqual({ type: 'host' });
    const names = ['a', 'b', 'c'].map((name) => `<certificate>${name}</certificate>`).join('');
    expect(spec(`<smartcard mode='host-certificates'>${names}</smartcard>`).smartcard).toEqual({
      type: 'certificates',
      certificates: ['a', 'b', 'c'],
    });
  });

  it('keeps which channels of SPICE are encrypted, where there is a port for that', () => {
    const channels = "<channel name='main' mode='any'/><channel name='inputs' mode='insecure'/>";
    const graphics = (tls: string) =>
      `<graphics type='spice' port='5900' ${tls} defaultMode='secure'>${channels}</graphics>`;
    expect(spec(graphics("tlsPort='5901'")).display).toMatchObject([
      { channels: { default: 'tls', inputs: 'plain' } },
    ]);
    const without = imported({ devices: graphics('') });
    expect(without.spec.display).toMatchObject([{ channels: { inputs: 'plain' } }]);
    expect(told(without)).toContainEqual(expect.stringContaining('no port for encrypted connections'));
  });

  it('leaves out a device of the host that is given to no guest', () => {
    const devices = `<hostdev mode='subsystem' type='pci'><source>
      <address domain='0' bus='5' slot='0' function='0'/></source><address type='unassigned'/></hostdev>`;
    expect(spec(devices).hostDevices).toBeUndefined();
  });

  it('allows any version in a filter of USB devices', () => {
    const devices = `<redirdev type='spicevmc' bus='usb'/><graphics type='spice'/>
      <redirfilter><usbdev class='0x08' version='1.10' allow='yes'/><usbdev version='-1' allow='no'/></redirfilter>`;
    expect(spec(devices).usb).toMatchObject([{ filter: '0x08:-1:-1:0x0110:1|-1:-1:-1:-1:0' }]);
  });

  it('fills persistent memory at the start, unless it is real', () => {
    const module = (pmem: string) =>
      `<memory model='nvdimm'><source><path>/p</path>${pmem}</source><target><size unit='MiB'>511</size><node>0</node></target></memory>`;
    const inside =
      "<maxMemory slots='4' unit='GiB'>8</maxMemory><cpu><numa><cell id='0' cpus='0-1' memory='524288'/></numa></cpu>";
    const modules = (pmem: string) => imported({ devices: module(pmem), inside }).spec.memory?.modules;
    expect(modules('')).toMatchObject([{ size: '512MiB', allocation: 'immediate' }]);
    expect(modules('<pmem/>')).toEqual([{ type: 'nvdimm', size: '512MiB', node: 0, path: '/p', pmem: true }]);
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
