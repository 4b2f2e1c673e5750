import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FactsWanted, HostFacts } from '../../src/plan/facts.js';
import { factsWanted, readingOf } from '../../src/plan/reading.js';
import { subNumaMachine } from '../support/hosts.js';
import { load, plan } from '../support/planning.js';

const folders = ['../golden', '../../vms'].map((folder) => resolve(import.meta.dirname, folder));
const specs = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const)
    .filter(([, text]) => !/^extends:/m.test(text)),
);

const firmware = {
  code: '/usr/share/OVMF/OVMF_CODE_4M.fd',
  codeFormat: 'raw',
  variables: '/usr/share/OVMF/OVMF_VARS_4M.fd',
  variablesFormat: 'raw',
  machines: ['pc-q35-*'],
  features: [],
} as const;

/** Several nodes, and on the second all that a spec could be drawn to. */
function richMachine(): HostFacts {
  const names = ['br0', 'eth0', 'enp3s0', 'tap0'];
  return {
    ...subNumaMachine(),
    firmware: [firmware],
    interfaces: names.map((name) => ({ name, bridge: name === 'br0', tap: null, node: 1 })),
    pciDevices: ['0000:65:00.0', '0000:65:00.1'].map((address) => ({
      address,
      vendor: '10de',
      device: '2204',
      class: '030000',
      driver: null,
      iommuGroup: 7,
      node: 1,
    })),
    blockDevices: [{ name: 'vg0/data', number: '8:0', node: 1 }],
    programs: {
      swtpm: '/usr/bin/swtpm',
      swtpmSetup: null,
      virtiofsd: '/usr/bin/virtiofsd',
      passt: '/usr/bin/passt',
      vhostUserGpu: '/usr/libexec/vhost-user-gpu',
    },
  };
}

/** As the facts are where the dear ones are not wanted. */
function without(host: HostFacts, wanted: FactsWanted): HostFacts {
  return {
    ...host,
    ...(wanted.devices ? {} : { pciDevices: null, usbDevices: null, mediatedDevices: null }),
    ...(wanted.disks ? {} : { blockDevices: null }),
    ...(wanted.interfaces ? {} : { interfaces: null }),
    ...(wanted.firmware ? {} : { firmware: [] }),
    ...(wanted.programs ? {} : { programs: null }),
  };
}

describe('factsWanted', () => {
  it.each(specs)('leaves out nothing that the plan of %s depends on', (_, text) => {
    const host = richMachine();
    const wanted = factsWanted(load(text).spec);
    expect(plan(text, { host: without(host, wanted) })).toEqual(plan(text, { host }));
  });

  it('wants little for a small VM, and all for one that has all', () => {
    expect(factsWanted(load('networks: [{type: user}]').spec)).toEqual({
      devices: false,
      disks: false,
      interfaces: false,
      firmware: false,
      programs: false,
    });
    const all = `
boot: {firmware: uefi}
tpm: {}
disks: [{source: /dev/sda}]
networks: [{type: bridge, bridge: br0}]
hostDevices: [{pci: '0000:65:00.0'}]`;
    expect(Object.values(factsWanted(load(all).spec))).toEqual([true, true, true, true, true]);
  });
});

describe('facts of single devices', () => {
  it.each([
    ['devices', 'usb: [{type: host, vendor: "046d", product: "c52b"}]'],
    ['programs', 'video: [{model: virtio, vhostUser: true}]'],
  ] as const)('%s are wanted by %s', (fact, text) => {
    expect(factsWanted(load(text).spec)[fact]).toBe(true);
  });
});

describe('readingOf', () => {
  it('names every file of the spec once for what it is', () => {
    const text = `
boot: {kernel: /k, initrd: /i}
disks: [{source: /d.qcow2}, {source: /r.raw}]
shares: [{type: virtiofs, source: /srv, tag: srv}]
memory: {backing: file, path: /mem/a}
cloudInit: {userData: /user-data.yaml}
placement: {interrupts: away}
limits: {cpuQuota: 150}`;
    expect(readingOf(load(text).spec, richMachine())).toEqual({
      files: [
        '/k',
        '/i',
        '/mem/a',
        '/mem',
        '/d.qcow2',
        '/r.raw',
        '/srv',
        '/user-data.yaml',
        '/usr/bin/virtiofsd',
      ],
      headed: ['/d.qcow2'],
      daemons: ['/usr/bin/virtiofsd'],
      texts: ['/user-data.yaml'],
      qemu: { binary: undefined, accelerator: 'auto' },
      resctrl: false,
      cgroups: true,
      interrupts: true,
    });
  });
});
