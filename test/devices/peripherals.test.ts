import { describe, expect, it } from 'vitest';
import { peripheralFiles } from '../../src/devices/peripheral-files.js';
import { sessionVariables } from '../../src/devices/session.js';
import { lookingGlassBytes } from '../../src/devices/shared-memory.js';
import type { FileFacts } from '../../src/plan/facts.js';
import { notesMachine } from '../support/hosts.js';
import { imageFile, load, plan } from '../support/planning.js';

const devicesOf = (text: string, kind: string) =>
  plan(text).devices.flatMap((device) => (device.kind === kind && 'what' in device ? [device.what] : []));
const findingsOf = (...args: Parameters<typeof plan>) =>
  plan(...args).findings.map(({ severity, message }) => `${severity}: ${message}`);

describe('vsock', () => {
  const cid = (world: Parameters<typeof plan>[1] = {}, wanted = 'auto') =>
    plan(`vsock: {cid: ${wanted}}`, world).devices.find((device) => device.kind === 'vsock')?.cid ?? 0;

  it('counts from 42, and leaves the CIDs of live VMs alone', () => {
    expect(cid()).toBe(42);
    const claims = [42, 43].map((vsockCid) => ({ vm: 'other', exclusiveCpus: [], vsockCid }));
    expect(cid({ claims })).toBe(44);
  });

  it('tells of a CID that is held, and of a kernel that has none', () => {
    const claims = [{ vm: 'other', exclusiveCpus: [], vsockCid: 7 }];
    expect(findingsOf('vsock: {cid: 7}', { claims })).toEqual(['missing: other has the CID 7']);
    expect(findingsOf('vsock: {}', { host: { ...notesMachine(), vhostVsock: false } })).toEqual([
      'missing: /dev/vhost-vsock is not here: the kernel can not serve vsock',
    ]);
  });
});

describe('display', () => {
  const open =
    "warning: whoever reaches 0.0.0.0 sees and works this guest's screen: it asks for no password and encrypts nothing";
  it.each([
    ['{type: vnc, port: auto, listen: 0.0.0.0}', [open]],
    ['{type: spice, port: 5930, listen: 0.0.0.0}', [open]],
    ['{type: vnc, port: 5900, listen: 0.0.0.0, password: pw}', []],
    ['{type: vnc, port: 5900, listen: 0.0.0.0, tls: pki}', []],
    ['{type: vnc, port: 5900, listen: "::1"}', []],
    ['vnc', []],
  ])('warns of a screen that is open to all: %s', (text, findings) => {
    expect(findingsOf(`display: ${text}`)).toEqual(findings);
  });

  it.each([
    [
      'display: egl-headless',
      ['missing display: no GPU of this host can be drawn with: there is no /dev/dri'],
    ],
    [
      'display: {type: spice, gl: true}',
      ['missing display: no GPU of this host can be drawn with: there is no /dev/dri'],
    ],
    [
      'display: {type: egl-headless, renderNode: /dev/dri/renderD9}',
      ['missing display.renderNode: /dev/dri/renderD9 does not exist'],
    ],
    ['display: gtk', []],
    ['display: {type: dbus}', []],
  ])('says what a machine without a GPU lacks: %s', (text, told) => {
    const nothing = { ...imageFile, kind: 'missing' } as const;
    const { findings } = plan(text, { files: { '/dev/dri': nothing, '/dev/dri/renderD9': nothing } });
    expect(findings.map(({ severity, key, message }) => `${severity} ${key}: ${message}`)).toEqual(told);
  });

  it.each([
    ['none', ['none']],
    ['gtk', ['gtk']],
    ['vnc', ['none', 'VNC on /run/vm/worker/vnc.sock']],
    ['{type: vnc, port: auto}', ['none', 'VNC on 127.0.0.1, the first free port from 5900 on']],
    ['[{type: spice, port: 5930}, {type: egl-headless}]', ['SPICE on 127.0.0.1, port 5930', 'egl-headless']],
  ])('%s', (text, what) => {
    expect(devicesOf(`display: ${text}`, 'display')).toEqual(what);
  });
});

describe('video', () => {
  it.each([
    ['name: x', []],
    ['display: vnc', ['std']],
    ['display: spice', ['virtio']],
    ['display: gtk', ['virtio']],
    ['display: {type: gtk, gl: true}', ['virtio with 3D']],
    ['display: egl-headless', ['virtio with 3D']],
    ['display: vnc\nvideo: none', []],
    ['video: qxl', ['qxl']],
    ['display: {type: gtk, gl: es}\nvideo: [{model: virtio, gl: false}]', ['virtio']],
  ])('%s', (text, what) => {
    expect(devicesOf(text, 'video')).toEqual(what);
  });
});

describe('sound', () => {
  it.each([
    ['name: x', []],
    ['sound: true', ['none']],
    ['sound: true\ndisplay: spice', ['spice']],
    ['sound: ac97\naudio: [{type: pa}]', ['pa']],
    ['audio: [{type: jack}, {type: wav, path: a.wav}]', ['jack', 'wav']],
  ])('%s goes to', (text, what) => {
    expect(devicesOf(text, 'audio')).toEqual(what);
  });

  it('says which QEMU brought what an old one lacks', () => {
    expect(findingsOf('sound: true\naudio: [{type: pipewire}]')).toEqual([
      'missing: this QEMU plays nothing over pipewire: that came with QEMU 8.1',
    ]);
  });
});

describe('watchdog', () => {
  it.each([
    ['watchdog: true', 'itco, reset'],
    ['machine: {type: pc}\nwatchdog: {action: pause}', 'i6300esb, pause'],
  ])('%s', (text, what) => {
    expect(devicesOf(text, 'watchdog')).toEqual([what]);
  });
});

describe('balloon', () => {
  it('is of no use where memory stays taken', () => {
    expect(findingsOf('balloon: true\nmemory: {locked: true}')).toEqual([
      'warning: memory that is locked stays taken, whatever the balloon does',
    ]);
  });
});

describe('shared memory', () => {
  // The table in the documentation of Looking Glass.
  it.each([
    ['1920x1080', 32],
    ['2560x1440', 64],
    ['3840x2160', 128],
  ])('%s', (resolution, mebibytes) => {
    expect(lookingGlassBytes(resolution)).toBe(mebibytes * 1024 ** 2);
  });
});

describe('channels', () => {
  it('have the bus before them, and keep their numbers', () => {
    const ports = (text: string) =>
      plan(text).devices.flatMap((device) =>
        device.kind === 'channel' || device.kind === 'console' ? [`${device.id} ${device.port}`] : [],
      );
    const channel = 'channels: [{type: pty, name: a}]';
    expect(ports(channel)).toEqual(['channel0 3']);
    expect(ports(`${channel}\nconsole: [{type: pty}, {type: pty}]\ndisplay: spice`)).toEqual([
      'console0 0',
      'console1 23',
      'vdagent0 2',
      'channel0 3',
    ]);
    const kinds = plan(`${channel}\nguestAgent: true`).devices.map(({ kind }) => kind);
    expect(kinds.indexOf('virtioSerial')).toBeLessThan(kinds.indexOf('guestAgent'));
    expect(kinds.filter((kind) => kind === 'virtioSerial')).toHaveLength(1);
  });

  it('tell of a socket whose path is too long', () => {
    const path = `/${'s'.repeat(107)}`;
    expect(findingsOf(`channels: [{type: socket, path: ${path}, name: a}]`)).toEqual([
      `missing: the socket ${path} has more than the 107 bytes that a socket's path can have`,
    ]);
  });
});

describe('files', () => {
  const spec = `display: {type: vnc, password: pw, tls: pki}
input: [{type: evdev, device: /dev/input/event3}]
hostDevices: [{pci: "65:00.0", rom: gpu.rom}]`;

  it('are all looked at', () => {
    expect(peripheralFiles(load(spec).spec).sort()).toEqual([
      '/dev/input/event3',
      '/specs/gpu.rom',
      '/specs/pki',
      '/specs/pw',
    ]);
  });

  it.each<[string, Partial<FileFacts>, string[]]>([
    ['/specs/pw', {}, []],
    ['/specs/pw', { kind: 'missing' }, ['missing: /specs/pw does not exist']],
    ['/specs/pw', { kind: 'folder' }, ['missing: /specs/pw is no file']],
    ['/specs/pw', { readable: false }, ["missing: /specs/pw can't be read by this user"]],
    ['/specs/pki', {}, ['missing: /specs/pki is no folder']],
    ['/dev/input/event3', { kind: 'other' }, []],
    [
      '/dev/input/event3',
      { kind: 'missing' },
      ['missing: there is no input device /dev/input/event3 on this host'],
    ],
    [
      '/dev/input/event3',
      { kind: 'other', writable: false },
      ["missing: the input device /dev/input/event3 can't be opened by this user"],
    ],
  ])('%s %o', (path, facts, findings) => {
    expect(findingsOf(spec, { files: { [path]: { ...imageFile, ...facts } } })).toEqual(findings);
  });
});

describe('the session', () => {
  it('is kept for windows and sound alone', () => {
    const kept = (text: string) => sessionVariables(plan(text).devices);
    expect(kept('display: vnc\nsound: true')).toEqual([]);
    expect(kept('display: gtk\naudio: [{type: pa}]')).toEqual([
      'DISPLAY',
      'XAUTHORITY',
      'WAYLAND_DISPLAY',
      'XDG_RUNTIME_DIR',
      'PULSE_SERVER',
      'PULSE_COOKIE',
    ]);
  });
});
