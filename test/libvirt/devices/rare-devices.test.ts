import { describe, expect, it } from 'vitest';
import { imported, told } from '../domain.js';

const spec = (devices: string, os = '') => imported({ devices, os }).spec;
const losses = (devices: string) => told(imported({ devices })).filter((note) => !note.startsWith('changed'));

describe('virtio of one form', () => {
  it('keeps the form of every device, the bus of consoles and channels too', () => {
    const { controllers, rng, virtioSerial, vsock } = spec(`
      <controller type='scsi' index='0' model='virtio-transitional'/>
      <controller type='virtio-serial' index='0' model='virtio-non-transitional' ports='16' vectors='4'/>
      <rng model='virtio-transitional'><backend model='builtin'/></rng>
      <vsock model='virtio-non-transitional'><cid auto='yes'/></vsock>`);
    expect(controllers).toEqual([{ type: 'scsi', id: 'scsi0', virtio: { model: 'transitional' } }]);
    expect(rng).toMatchObject({ virtio: { model: 'transitional' } });
    expect(vsock).toEqual({ cid: 'auto', virtio: { model: 'non-transitional' } });
    expect(virtioSerial).toEqual({ maxPorts: 16, vectors: 4, virtio: { model: 'non-transitional' } });
  });

  it('tells of a second bus that says how it is', () => {
    const bus = (index: number) => `<controller type='virtio-serial' index='${index}' ports='4'/>`;
    expect(losses(bus(0) + bus(1))).toEqual([expect.stringContaining('vm makes one virtio-serial bus')]);
    expect(losses("<controller type='virtio-serial' index='0'/>")).toEqual([]);
  });
});

describe('what processes beside QEMU and the kernel of the host serve', () => {
  it('knows vhost-user-gpu', () => {
    const video = (more: string) =>
      spec(`<video><driver name='vhostuser'/><model type='virtio' heads='2'>${more}</model></video>`).video;
    expect(video('')).toEqual([{ model: 'virtio', heads: 2, gl: false, vhostUser: true }]);
    expect(video("<acceleration accel3d='yes' rendernode='/dev/dri/renderD129'/>")).toEqual([
      { model: 'virtio', heads: 2, gl: true, vhostUser: { renderNode: '/dev/dri/renderD129' } },
    ]);
  });

  it('knows disks of vhost-scsi', () => {
    const device = (wwpn: string, more = '') =>
      `<hostdev mode='subsystem' type='scsi_host' managed='no'><source protocol='vhost' wwpn='${wwpn}'/>${more}</hostdev>`;
    expect(
      spec(device('naa.5001405e88d9a4f2', "<boot order='1'/>") + device('naa.5001405e88d9a4f3')).controllers,
    ).toEqual([
      { type: 'vhost-scsi', id: 'vhost-scsi0', wwpn: 'naa.5001405e88d9a4f2', boot: 1 },
      { type: 'vhost-scsi', id: 'vhost-scsi1', wwpn: 'naa.5001405e88d9a4f3' },
    ]);
  });
});

describe('USB that is sent', () => {
  it('comes over D-Bus and over sockets that either side listens on', () => {
    const { usb } = spec(`<controller type='usb' model='qemu-xhci' ports='8'/>
      <redirdev bus='usb' type='dbus'/>
      <redirdev bus='usb' type='unix'><source mode='connect' path='/run/redir'/></redirdev>
      <redirdev bus='usb' type='unix'><source mode='bind' path='/run/listen'/></redirdev>`);
    expect(usb).toMatchObject([
      { type: 'redir', from: 'dbus', channel: 'org.qemu.usbredir' },
      { type: 'redir', from: 'socket', path: '/run/redir', server: false },
      { type: 'redir', from: 'socket', path: '/run/listen' },
    ]);
  });

  it('keeps how far the guest may reset a device', () => {
    const device = (reset: string) =>
      `<hostdev mode='subsystem' type='usb'><source guestReset='${reset}'><vendor id='0x1'/><product id='0x2'/></source></hostdev>`;
    expect(spec(device('uninitialized') + device('off') + device('on')).usb).toMatchObject([
      { reset: 'uninitialized' },
      { reset: false },
      {},
    ]);
    expect(losses(device('uninitialized'))).toEqual([]);
  });
});

describe('what an address says to the guest', () => {
  it('is where a port on the ISA bus is', () => {
    const serial = "<serial type='pty'><address type='isa' iobase='0x3e8' irq='0x5'/></serial>";
    expect(spec(serial).serial).toEqual([{ type: 'pty', ioPort: 0x3e8, irq: 5 }]);
    expect(spec("<panic model='isa'><address type='isa' iobase='0x506'/></panic>").panic).toEqual({
      model: 'isa',
      ioPort: 0x506,
    });
  });

  it('is the number that ACPI tells', () => {
    const { disks, hostDevices, video } = spec(`
      <disk type='block' device='disk'><source dev='/dev/x'/><target dev='vda' bus='virtio'/><acpi index='3'/></disk>
      <video><model type='virtio'/><acpi index='4'/></video>
      <hostdev mode='subsystem' type='pci'><source><address domain='0' bus='1' slot='0' function='0'/></source><acpi index='5'/></hostdev>`);
    expect([disks?.[0]?.acpiIndex, hostDevices?.[0]?.acpiIndex]).toEqual([3, 5]);
    expect(video).toMatchObject([{ acpiIndex: 4 }]);
    expect(losses("<rng model='virtio'><backend model='builtin'/><acpi index='9'/></rng>")).toEqual([
      'dropped domain/devices/rng/acpi: <acpi index="9">',
    ]);
  });

  it('is where a memory module begins', () => {
    const module = `<memory model='virtio-mem'><source><pagesize unit='KiB'>2048</pagesize></source>
      <target dynamicMemslots='yes'><size unit='MiB'>512</size><node>0</node><block unit='KiB'>2048</block>
      <requested unit='MiB'>256</requested><address base='0x180000000'/></target></memory>`;
    const inside = "<maxMemory slots='4' unit='MiB'>4096</maxMemory>";
    expect(imported({ inside, devices: module }).spec.memory?.modules).toMatchObject([
      { type: 'virtio-mem', address: 0x180000000, dynamicSlots: true, allocation: 'immediate' },
    ]);
  });
});

describe('an address of the network that leads to the host', () => {
  it('goes to qemu.extraArgs, in words that QEMU splits right', () => {
    const channel = `<channel type='pipe'><source path='/run/a,b'/><target type='guestfwd' address='10.0.2.1' port='4600'/></channel>`;
    const result = imported({ devices: channel });
    expect(result.spec.qemu?.extraArgs).toEqual([
      '-chardev',
      'pipe,id=charchannel0,path=/run/a,,b',
      '-netdev',
      '{"type":"user","id":"channel0","guestfwd":[{"str":"tcp:10.0.2.1:4600-chardev:charchannel0"}]}',
    ]);
    expect(told(result)).toEqual([
      expect.stringContaining('no card of the guest is on the network channel0'),
    ]);
  });

  it('is refused where the address is none, or the other end is no socket', () => {
    const channel = (address: string, type = 'pipe') =>
      losses(
        `<channel type='${type}'><source path='/a'/><target type='guestfwd' address='${address}' port='1'/></channel>`,
      );
    const refused = [expect.stringContaining('all that vm makes')];
    expect(channel('10.0.2.1-cmd:sh')).toEqual(refused);
    expect(channel('10.0.2.1', 'file')).toEqual(refused);
  });
});

describe('small devices', () => {
  it('are ciphers and the storage of last words', () => {
    const devices = `<crypto model='virtio' type='qemu'><backend model='lkcf' queues='1'/></crypto>
      <pstore backend='acpi-erst'><path>/var/erst</path><size unit='KiB'>16</size></pstore>`;
    expect(spec(devices)).toMatchObject({
      crypto: [{ backend: 'lkcf' }],
      pstore: { path: '/var/erst', size: '16KiB' },
    });
    expect(losses("<crypto model='virtio' type='qemu'><backend model='odd'/></crypto>")).toHaveLength(2);
  });
});

describe('what is started first', () => {
  it('may be the floppy drive', () => {
    expect(spec('', "<boot dev='fd'/><boot dev='hd'/>").boot?.order).toEqual(['floppy', 'disk']);
  });

  it('may be firmware that keeps its variables in itself', () => {
    const boot = (loader: string) => spec('', loader).boot;
    expect(boot("<loader readonly='no' type='pflash'>/vm/both.fd</loader>")).toMatchObject({
      code: '/vm/both.fd',
      writable: true,
    });
    expect(boot("<loader type='pflash'>/vm/both.fd</loader>")).toMatchObject({ writable: true });
    expect(boot("<loader type='pflash'>/usr/share/OVMF/OVMF_CODE.fd</loader>")).not.toHaveProperty(
      'writable',
    );
  });
});
