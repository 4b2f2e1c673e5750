import { describe, expect, it } from 'vitest';
import { imported, told } from '../domain.js';

const spec = (devices: string) => imported({ devices }).spec;

describe('networks of a domain', () => {
  it('says card and cable', () => {
    const devices = `<interface type='bridge'><source bridge='br0'/><mac address='52:54:00:00:00:01'/>
        <model type='virtio'/><driver name='vhost' queues='4' rx_queue_size='512' packed='on'/><mtu size='9000'/></interface>
      <interface type='direct'><source dev='eth0'/><model type='e1000e'/></interface>
      <interface type='user'/>`;
    expect(spec(devices).networks).toEqual([
      {
        type: 'bridge',
        bridge: 'br0',
        queues: 4,
        vhost: true,
        mac: '52:54:00:00:00:01',
        mtu: 9000,
        rxQueueSize: 512,
        packed: true,
      },
      { type: 'macvtap', interface: 'eth0', mode: 'vepa', model: 'e1000e' },
      { type: 'user', model: 'rtl8139' },
    ]);
  });

  it("takes the bridge of libvirt's default network, and says who makes it", () => {
    const result = imported({ devices: "<interface type='network'><source network='default'/></interface>" });
    expect(result.spec.networks).toEqual([{ type: 'bridge', bridge: 'virbr0', model: 'rtl8139' }]);
    expect(told(result)).toEqual([expect.stringContaining('`virsh net-start default` makes it')]);
  });

  it('tells of what vm does not do for a tap', () => {
    const devices = `<interface type='bridge'><source bridge='br0'/><bandwidth><inbound average='1'/></bandwidth>
      <filterref filter='clean-traffic'/></interface>`;
    expect(told(imported({ devices }))).toEqual([
      expect.stringContaining('limits of bandwidth are left out'),
      expect.stringContaining('vm writes no firewall rules'),
    ]);
  });
});

describe('shares and TPM of a domain', () => {
  it('says what serves a folder', () => {
    const devices = `<filesystem type='mount'><driver type='virtiofs' queue='512'/><source dir='/srv'/><target dir='srv'/>
        <binary path='/usr/libexec/virtiofsd' xattr='on'><cache mode='always'/></binary></filesystem>
      <filesystem type='mount' accessmode='mapped'><source dir='/home'/><target dir='home'/><readonly/></filesystem>`;
    expect(spec(devices).shares).toEqual([
      {
        id: 'fs0',
        source: '/srv',
        tag: 'srv',
        binary: '/usr/libexec/virtiofsd',
        cache: 'always',
        queueSize: 512,
        xattr: true,
      },
      { type: '9p', id: 'fs1', source: '/home', tag: 'home', readOnly: true, securityModel: 'mapped-xattr' },
    ]);
  });

  it('says the emulated TPM', () => {
    const devices = "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>";
    expect(spec(devices).tpm).toMatchObject({ model: 'crb', version: '2.0' });
  });
});
