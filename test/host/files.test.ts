import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFileFacts } from '../../src/host/files.js';
import { formatOfMagic } from '../../src/host/image-format.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vm-files-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const facts = (name: string) => readFileFacts([join(folder, name)]).get(join(folder, name));

describe('readFileFacts', () => {
  it('reads a file, also through a link', () => {
    writeFileSync(
      join(folder, 'disk.qcow2'),
      Buffer.concat([Buffer.from('QFI\xfb\0\0\0\x03', 'latin1'), Buffer.alloc(504)]),
    );
    symlinkSync('disk.qcow2', join(folder, 'link'));
    const expected = { kind: 'file', readable: true, writable: true, bytes: 512, format: 'qcow2' };
    expect(facts('disk.qcow2')).toMatchObject(expected);
    expect(facts('link')).toMatchObject(expected);
    expect(facts('disk.qcow2')?.direct).not.toBeNull();
    const number = execFileSync('stat', ['-c', '%Hd:%Ld', join(folder, 'disk.qcow2')], { encoding: 'utf8' });
    expect(facts('disk.qcow2')?.device).toBe(number.trim());
  });

  it('says what is no file', () => {
    mkdirSync(join(folder, 'folder'));
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    symlinkSync('gone', join(folder, 'dangling'));
    const missing = {
      kind: 'missing',
      readable: false,
      writable: false,
      bytes: null,
      direct: null,
      format: null,
    };
    expect(facts('absent')).toEqual(missing);
    expect(facts('dangling')).toEqual(missing);
    expect(facts('disk.qcow2/below')).toEqual(missing);
    expect(facts('folder')).toEqual({
      kind: 'folder',
      readable: true,
      writable: true,
      bytes: null,
      direct: null,
      format: null,
    });
  });

  it('opens neither FIFOs nor character devices', () => {
    expect(facts('fifo')).toMatchObject({ kind: 'other', bytes: null, direct: null, format: null });
    expect(readFileFacts(['/dev/zero']).get('/dev/zero')).toMatchObject({
      kind: 'other',
      direct: null,
      format: null,
    });
  });

  it('tells that O_DIRECT does not go on a file of the kernel', () => {
    expect(readFileFacts(['/proc/self/status']).get('/proc/self/status')).toMatchObject({
      kind: 'file',
      direct: false,
    });
  });

  it('keeps one entry a path', () => {
    expect([...readFileFacts([]).keys()]).toEqual([]);
    expect([...readFileFacts(['/', '/', '/dev/null']).keys()]).toEqual(['/', '/dev/null']);
  });
});

describe('formatOfMagic', () => {
  const head = (text: string, offset = 0) => {
    const buffer = Buffer.alloc(512);
    buffer.write(text, offset, 'latin1');
    return buffer;
  };
  it.each([
    ['qcow2', head('QFI\xfb\0\0\0\x02')],
    ['qcow2', head('QFI\xfb\0\0\0\x03')],
    ['qcow', head('QFI\xfb\0\0\0\x01')],
    ['vmdk', head('KDMV')],
    ['vmdk', head('# Disk DescriptorFile\nversion=1')],
    ['vdi', head('\x7f\x10\xda\xbe', 0x40)],
    ['vhdx', head('vhdxfile')],
    ['vpc', head('conectix')],
    ['qed', head('QED\0')],
    ['luks', head('LUKS\xba\xbe\0\x01')],
    ['parallels', head('WithoutFreeSpace')],
    ['raw', head('')],
    ['raw', Buffer.from('QFI')],
    ['raw', Buffer.alloc(0)],
  ])('is %s', (format, buffer) => expect(formatOfMagic(buffer)).toBe(format));
});
