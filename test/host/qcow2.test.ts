import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseQcow2, readChains } from '../../src/host/qcow2.js';
import type { FileFacts } from '../../src/plan/facts.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vmt-qcow2-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const create = (name: string, ...more: string[]) => {
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', ...more, join(folder, name), '16M']);
  return join(folder, name);
};

describe('parseQcow2', () => {
  it.each(['0.10', '1.1'])('reads what qemu-img wrote (compat %s)', (compat) => {
    writeFileSync(join(folder, 'base'), '');
    const image = create('a', '-u', '-o', `compat=${compat}`, '-b', 'base', '-F', 'raw');
    expect(parseQcow2(readFileSync(image), folder)).toEqual({
      virtualBytes: 16 * 1024 ** 2,
      encryption: null,
      backing: { file: join(folder, 'base'), format: 'raw', local: true },
      dataFile: null,
    });
  });

  it('reads of an external data file', () => {
    const image = create('b', '-o', `data_file=${join(folder, 'b.raw')}`);
    expect(parseQcow2(readFileSync(image), folder)).toMatchObject({
      backing: null,
      dataFile: join(folder, 'b.raw'),
    });
  });

  it.each([
    ['nbd://host/x', 'nbd://host/x', false],
    ['json:{"driver":"file"}', 'json:{"driver":"file"}', false],
    ['file:///x/y', '/x/y', true],
    ['../up', '/up', true],
    ['./a:b', '/images/a:b', true],
  ])('takes a name as QEMU does: %s', (name, file, local) => {
    const head = header();
    head.writeBigUInt64BE(512n, 8);
    head.writeUInt32BE(name.length, 16);
    head.write(name, 512);
    expect(parseQcow2(head, '/images')).toMatchObject({ backing: { file, local, format: null } });
  });

  it('refuses what contradicts itself, and never throws', () => {
    const beyond = header();
    beyond.writeBigUInt64BE(2n ** 63n, 8);
    beyond.writeUInt32BE(4, 16);
    const external = header();
    external.writeUInt32BE(4, 76);
    expect(
      [beyond, external, Buffer.alloc(0), Buffer.alloc(4096)].map((head) => parseQcow2(head, '/')),
    ).toEqual([undefined, undefined, undefined, undefined]);
    const any = fc.tuple(fc.nat(4000), fc.uint8Array({ maxLength: 64 }));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 6 }), fc.nat(4096), (changes, length) => {
        const head = header();
        for (const [at, bytes] of changes) head.set(bytes.subarray(0, head.length - at), at);
        const found = parseQcow2(head.subarray(0, length), '/');
        expect(found === undefined || Number.isSafeInteger(found.virtualBytes)).toBe(true);
      }),
    );
  });
});

/** An image of version 3 with nothing in it. */
function header(): Buffer {
  const head = Buffer.alloc(4096);
  head.writeUInt32BE(0x514649fb, 0);
  head.writeUInt32BE(3, 4);
  head.writeUInt32BE(16, 20);
  head.writeUInt32BE(104, 100);
  return head;
}

describe('readChains', () => {
  it('reads down to the last image, and no further than a raw one', () => {
    writeFileSync(join(folder, 'raw'), Buffer.alloc(1024));
    create('low', '-u', '-b', 'raw', '-F', 'raw');
    create('middle', '-b', 'low', '-F', 'qcow2');
    const top = create('top', '-b', 'middle', '-F', 'qcow2');
    const files = new Map<string, FileFacts>();
    readChains([top], files);
    const found = [...files].map(([path, facts]) => [
      path.slice(folder.length + 1),
      facts.kind,
      facts.qcow2?.backing?.format ?? null,
    ]);
    expect(found).toEqual([
      ['top', 'file', 'qcow2'],
      ['middle', 'file', 'qcow2'],
      ['low', 'file', 'raw'],
      ['raw', 'file', null],
    ]);
  });

  it('comes to an end on a circle', () => {
    const one = create('one', '-u', '-b', 'two', '-F', 'qcow2');
    create('two', '-u', '-b', 'one', '-F', 'qcow2');
    const files = new Map<string, FileFacts>();
    readChains([one], files);
    expect(files.size).toBe(2);
  });
});
