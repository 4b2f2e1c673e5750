import { describe, expect, it } from 'vitest';
import type { FileFacts } from '../../src/plan/facts.js';
import { notesMachine } from '../support/hosts.js';
import { imageFile, plan } from '../support/planning.js';

const disk = (text: string, facts: Partial<FileFacts> = {}, host = notesMachine()) => {
  const made = plan(`disks: [{source: /d.img, ${text}}]`, {
    host,
    files: { '/d.img': { ...imageFile, ...facts } },
  });
  return {
    ...made.devices.find((device) => device.kind === 'disk'),
    findings: made.findings.map(({ severity, message }) => `${severity}: ${message}`),
  };
};

describe('planDisks', () => {
  it('goes past the page cache where O_DIRECT works, else through it', () => {
    expect(disk('')).toMatchObject({ cache: 'none', aio: 'io_uring' });
    expect(disk('', { direct: false })).toMatchObject({ cache: 'writeback', aio: 'io_uring' });
    expect(disk('cache: none', { direct: false }).findings).toEqual([
      'missing: cache: none needs O_DIRECT, which the file system under this disk refuses',
    ]);
  });

  it('waits for the disk in the way that works', () => {
    const old = { ...notesMachine(), ioUring: false };
    expect(disk('', {}, old)).toMatchObject({ aio: 'native' });
    expect(disk('', { direct: false }, old)).toMatchObject({ aio: 'threads' });
    expect(disk('aio: io_uring', {}, old).findings).toHaveLength(1);
    expect(disk('aio: native', { direct: false }).findings).toEqual([
      'missing: aio: native needs O_DIRECT, which the file system under this disk refuses',
    ]);
  });

  it('reads a format from the name, never from the content', () => {
    expect(disk('', { format: 'raw' })).toMatchObject({ format: 'raw', findings: [] });
    expect(disk('', { format: 'qcow2' })).toMatchObject({
      format: 'raw',
      findings: ['warning: /d.img begins like a qcow2 image, but the guest will see its raw bytes'],
    });
    expect(disk('format: qcow2', { format: 'raw' }).findings).toEqual(['missing: /d.img is no qcow2 image']);
  });

  it.each<[string, Partial<FileFacts>, RegExp]>([
    ['', { kind: 'missing' }, /does not exist/],
    ['', { kind: 'folder' }, /no image file or block device/],
    ['', { readable: false }, /can't be read/],
    ['', { writable: false }, /can't be written/],
  ])('tells what is wrong with the file (%s %o)', (text, facts, message) => {
    expect(disk(text, facts).findings[0]).toMatch(message);
  });

  it('needs no write permission for a read-only disk', () => {
    expect(disk('readOnly: true', { writable: false }).findings).toEqual([]);
  });
});
