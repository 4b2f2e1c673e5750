import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeName } from '../../src/devices/block-names.js';
import type { FileFacts, Qcow2Facts } from '../../src/plan/facts.js';
import { imageFile, plan } from '../support/planning.js';

const gone: FileFacts = { ...imageFile, kind: 'missing', readable: false, writable: false, bytes: null };
const qcow2 = (backing: Qcow2Facts['backing'] = null, more: Partial<Qcow2Facts> = {}): FileFacts => ({
  ...imageFile,
  format: 'qcow2',
  qcow2: { virtualBytes: 1024 ** 3, encryption: null, backing, dataFile: null, ...more },
});

function disks(text: string, files: Record<string, FileFacts> = {}) {
  const made = plan(text, { files });
  return {
    disks: made.devices.flatMap((device) => (device.kind === 'disk' ? [device] : [])),
    controllers: made.devices.flatMap((device) => (device.kind === 'controller' ? [device] : [])),
    findings: made.findings.map(({ severity, message }) => `${severity}: ${message}`),
  };
}

const formats = (text: string, files: Record<string, FileFacts>) => {
  const found = disks(text, files);
  const [disk] = found.disks;
  return {
    formats: disk?.layers.map(({ format }) => format),
    complete: disk?.complete,
    findings: found.findings,
  };
};

describe('the images under a disk', () => {
  const below = (format: string | null, file = '/b') => ({ file, format, local: !file.includes('://') });

  it('are those of the headers, each with the format that stands there', () => {
    const files = { '/a.qcow2': qcow2(below('qcow2')), '/b': qcow2(below('raw', '/c')), '/c': imageFile };
    expect(formats('disks: [{source: /a.qcow2}]', files)).toEqual({
      formats: ['qcow2', 'qcow2', 'raw'],
      complete: true,
      findings: [],
    });
  });

  it.each<[string, Record<string, FileFacts>, string]>([
    [
      'no format',
      { '/a.qcow2': qcow2(below(null)), '/b': imageFile },
      '/a.qcow2 stands on /b, and does not say in which format that is',
    ],
    [
      'a server',
      { '/a.qcow2': qcow2(below('raw', 'nbd://x')) },
      '/a.qcow2 stands on nbd://x, which is no file of this host',
    ],
    [
      'a circle',
      { '/a.qcow2': qcow2(below('qcow2', '/a.qcow2')) },
      "/a.qcow2 stands on /a.qcow2, as qcow2, which can't be followed",
    ],
    ['nothing there', { '/a.qcow2': qcow2(below('raw')), '/b': gone }, 'the backing image /b does not exist'],
    ['a passphrase', { '/a.qcow2': qcow2(null, { encryption: 'luks' }) }, '/a.qcow2 is encrypted'],
  ])('are an error where they can not be known: %s', (_what, files, message) => {
    expect(formats('disks: [{source: /a.qcow2}]', files).findings).toEqual([`missing: ${message}`]);
  });

  it('are those that the spec says, or none', () => {
    const files = { '/a.qcow2': qcow2(below(null)), '/b': imageFile };
    const said = (backing: string) => formats(`disks: [{source: /a.qcow2, backing: ${backing}}]`, files);
    expect(said('none')).toEqual({ formats: ['qcow2'], complete: true, findings: [] });
    expect(said('[{source: /b, format: raw}]')).toEqual({
      formats: ['qcow2', 'raw'],
      complete: true,
      findings: [],
    });
  });

  it('are unknown where the header was not read, and a raw disk never has any', () => {
    expect(formats('disks: [{source: /a.qcow2}]', {})).toMatchObject({ formats: ['qcow2'], complete: false });
    expect(formats('disks: [{source: /a.img}]', { '/a.img': qcow2(below('raw')) }).formats).toEqual(['raw']);
  });
});

describe('images that are made', () => {
  it('only where there is none', () => {
    const made = (facts: FileFacts) =>
      disks('disks: [{source: /a.qcow2, size: 1GiB}]', { '/a.qcow2': facts });
    expect(made(gone)).toMatchObject({
      findings: [],
      disks: [{ made: [{ path: '/a.qcow2', format: 'qcow2', bytes: 1024 ** 3, temporary: false }] }],
    });
    expect(made(qcow2())).toMatchObject({ findings: [], disks: [{ made: [] }] });
    expect(made(qcow2(null, { virtualBytes: 1024 ** 2 })).findings).toEqual([
      'warning: the image has 1MiB, not 1GiB: it is left as it is',
    ]);
  });

  it('over a transient disk, which is then only read', () => {
    const [disk] = disks('disks: [{source: /a.img, transient: true}]', {
      '/a.img': { ...imageFile, writable: false },
    }).disks;
    expect(disk?.layers.map(({ format }) => format)).toEqual(['qcow2', 'raw']);
    expect(disk?.made).toMatchObject([
      { temporary: true, bytes: 1024 ** 3, backing: { path: '/a.img', format: 'raw' } },
    ]);
  });
});

describe('places of disks', () => {
  const places = (text: string) =>
    disks(text).disks.map(({ address }) => Object.values(address.properties).join(' '));

  it('leave those that the spec says to whom it gives them', () => {
    expect(places('disks: [{source: /a, bus: scsi}, {source: /b, bus: scsi, target: 0}]')).toEqual([
      'vm-scsi.0 0 1 0',
      'vm-scsi.0 0 0 0',
    ]);
  });

  it('go on to a controller of our own behind the sixth SATA port', () => {
    const seven = `disks: [${Array.from({ length: 7 }, (_, index) => `{source: /${index}, bus: sata}`).join(', ')}]`;
    expect(places(seven).at(-1)).toBe('vm-sata0.0');
    expect(disks(seven).controllers).toMatchObject([{ id: 'vm-sata0', type: 'sata' }]);
  });

  it('one SCSI controller for each I/O thread', () => {
    const text =
      'ioThreads: 2\ndisks: [{source: /a, bus: scsi, ioThread: 1}, {source: /b, bus: scsi, ioThread: 0}, {source: /c, bus: scsi, ioThread: 1}]';
    expect(disks(text).controllers.map(({ id }) => id)).toEqual(['vm-scsi-iothread1', 'vm-scsi-iothread0']);
  });

  it.each([
    [
      'disks: [{source: /a, bus: scsi, target: 3}, {source: /b, bus: scsi, target: 3}]',
      'has a disk at 3 already',
    ],
    ['machine: {type: pc}\ndisks: [{source: /a, bus: ide, unit: 7}]', 'has no place 7'],
    ['disks: [{type: floppy}, {type: floppy}, {type: floppy}]', 'has no place left'],
  ])('are refused where there is none: %s', (text, message) => {
    expect(() => disks(text)).toThrow(message);
  });

  it('in the order of starts go round those that the spec says', () => {
    const text = 'disks: [{source: /a}, {source: /b, boot: 1}, {source: /c}, {type: cdrom}]';
    expect(disks(text).disks.map(({ bootIndex }) => bootIndex)).toEqual([2, 1, 3, 4]);
  });
});

describe('what only newer QEMUs can do', () => {
  it('is told, and left out', () => {
    const text =
      'ioThreads: 2\ndisks: [{source: /a.qcow2, ioThreads: [{id: 1}, {id: 0}], discardNoUnref: true}]';
    const found = disks(text, { '/a.qcow2': qcow2() });
    expect(found.disks).toMatchObject([{ ioThread: 'iothread1', ioThreads: null, discardNoUnref: null }]);
    expect(found.findings).toEqual([
      'missing: this QEMU serves all queues of a device in one I/O thread',
      "missing: this QEMU can't keep the place of discarded data",
      'warning: no disk is served by I/O thread 0',
    ]);
  });
});

describe('nodeName', () => {
  it('is short enough for QEMU, and different for different disks', () => {
    const id = fc.stringMatching(/^[A-Za-z][A-Za-z0-9._-]{0,31}$/);
    fc.assert(
      fc.property(
        id,
        id,
        fc.constantFrom('file', 'b199-format', 'throttle15', 'reservations'),
        (one, other, suffix) => {
          expect(nodeName(one, suffix)).toMatch(/^[A-Za-z][A-Za-z0-9._-]{0,30}$/);
          expect(nodeName(one, suffix) === nodeName(other, suffix)).toBe(one === other);
        },
      ),
    );
  });
});
