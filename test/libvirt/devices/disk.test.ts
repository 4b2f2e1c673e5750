import { describe, expect, it } from 'vitest';
import { imported, told } from '../domain.js';

const disks = (devices: string, inside = '') => imported({ devices, inside }).spec.disks;

describe('disks of a domain', () => {
  it('says how a qcow2 file is read and what the guest sees', () => {
    const xml = `<disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='none' io='native' discard='unmap' detect_zeroes='on' queues='4' error_policy='stop'/>
      <source file='/images/a.img'/><target dev='vda' bus='virtio'/><serial>S1</serial><boot order='1'/><backingStore/>
    </disk>`;
    expect(disks(xml)).toEqual([
      {
        id: 'vda',
        source: '/images/a.img',
        format: 'qcow2',
        backing: 'none',
        cache: 'none',
        aio: 'native',
        discard: 'unmap',
        detectZeroes: 'on',
        errors: { read: 'stop', write: 'stop' },
        queues: 4,
        bus: 'virtio',
        boot: 1,
        serial: 'S1',
      },
    ]);
  });

  it('keeps the name that libvirt gives a SCSI disk on its page of identities', () => {
    const devices = `<controller type='scsi' index='0' model='virtio-scsi'/>
      <disk type='block'><source dev='/dev/vg/b'/><target dev='sdb' bus='scsi'/></disk>
      <disk type='block'><source dev='/dev/vg/c'/><target dev='sdc' bus='scsi'/>
        <address type='drive' controller='0' bus='0' target='3' unit='1'/></disk>`;
    expect(imported({ devices }).spec).toMatchObject({
      controllers: [{ type: 'scsi', id: 'scsi0' }],
      disks: [
        { controller: 'scsi0', target: 0, unit: 1, deviceName: 'drive-scsi0-0-0-1' },
        { controller: 'scsi0', target: 3, unit: 1, deviceName: 'drive-scsi0-0-3-1' },
      ],
    });
  });

  it('adds the adapter that libvirt implies', () => {
    const devices = "<disk type='file'><source file='/a'/><target dev='sdh' bus='scsi'/></disk>";
    expect(imported({ devices }).spec).toMatchObject({
      controllers: [{ type: 'scsi', id: 'scsi1', model: 'lsi53c895a' }],
      disks: [{ controller: 'scsi1', target: 0, deviceName: 'drive-scsi1-0-0' }],
    });
  });

  it("counts I/O threads from 0, whatever libvirt's numbers are", () => {
    const devices = `<disk type='file'><driver name='qemu' type='raw' iothread='7'/><source file='/a'/>
      <target dev='vda' bus='virtio'/></disk>`;
    const inside = "<iothreads>3</iothreads><iothreadids><iothread id='7'/></iothreadids>";
    expect(disks(devices, inside)).toMatchObject([{ ioThread: 0 }]);
  });

  it('names a file for a secret that stays with libvirt', () => {
    const result = imported({
      devices: `<disk type='network'><driver name='qemu' type='raw'/>
        <source protocol='rbd' name='pool/image'><host name='mon' port='6789'/>
          <auth username='admin'><secret type='ceph' uuid='2a5b08e4-3d54-4b18-91c3-1a0c1f1c4d53'/></auth>
        </source><target dev='vda' bus='virtio'/></disk>`,
    });
    expect(result.spec.disks).toMatchObject([
      {
        source: {
          type: 'rbd',
          pool: 'pool',
          image: 'image',
          servers: [{ host: 'mon', port: 6789 }],
          user: 'admin',
          keyFile: 'secrets/2a5b08e4-3d54-4b18-91c3-1a0c1f1c4d53',
        },
      },
    ]);
    expect(told(result)).toEqual([
      expect.stringMatching(
        /^changed .*\/secret: the user's key in Ceph.*put it into the file secrets\/2a5b08e4/,
      ),
    ]);
  });

  it('leaves out a disk on a protocol that QEMU has no longer', () => {
    const result = imported({
      devices:
        "<disk type='network'><source protocol='sheepdog' name='x'/><target dev='vda' bus='virtio'/></disk>",
    });
    expect(result.spec.disks ?? []).toEqual([]);
    expect(told(result)).toContainEqual(
      expect.stringMatching(/^dropped .*QEMU no longer has the protocol sheepdog/),
    );
  });
});
