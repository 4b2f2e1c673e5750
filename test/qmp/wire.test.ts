import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMessage, type JsonObject, MessageReader } from '../../src/qmp/wire.js';

const message = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()) as fc.Arbitrary<JsonObject>;

/** The messages as JSON has them: without -0, and with a member `__proto__` as JSON.parse makes it. */
function throughJson(messages: JsonObject[]): unknown {
  return JSON.parse(JSON.stringify(messages));
}

function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...cuts.map((at) => at % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

describe('MessageReader', () => {
  it('gives back any messages under any chunking and either line end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(message, fc.constantFrom('\n', '\r\n', '\n\r\n'))),
        fc.array(fc.nat()),
        (lines, cuts) => {
          const text = lines.map(([value, end]) => JSON.stringify(value) + end).join('');
          const reader = new MessageReader();
          const read = cut(Buffer.from(text), cuts).flatMap((chunk) => reader.read(chunk));
          expect(read).toEqual(throughJson(lines.map(([value]) => value)));
          expect(reader.failure).toBeUndefined();
        },
      ),
    );
  });

  it('reads byte by byte, within a character too', () => {
    const reader = new MessageReader();
    const bytes = Buffer.from('{"a":"ü€😀"}\r\n');
    const read = [...bytes].flatMap((byte) => reader.read(Uint8Array.of(byte)));
    expect(read).toEqual([{ a: 'ü€😀' }]);
  });

  it('does not keep what it was given: the caller may reuse its buffer', () => {
    const reader = new MessageReader();
    const chunk = Buffer.from('{"a":1');
    reader.read(chunk);
    chunk.fill(0);
    expect(reader.read(Buffer.from('}\n'))).toEqual([{ a: 1 }]);
  });

  it('takes a message of exactly the bound and refuses one byte more', () => {
    const line = '{"a":"12345"}';
    const exact = new MessageReader({ maximumBytes: line.length });
    expect(exact.read(Buffer.from(`${line}\n${line}\n`))).toHaveLength(2);
    const tight = new MessageReader({ maximumBytes: line.length - 1 });
    expect(tight.read(Buffer.from(`${line}\n`))).toEqual([]);
    expect(tight.failure).toMatchObject({ code: 'qmp.too-long' });
  });

  it('refuses a line without end once it is over the bound', () => {
    const reader = new MessageReader({ maximumBytes: 1000 });
    for (let sent = 0; sent < 1000; sent += 100) reader.read(Buffer.alloc(100, 'x'));
    expect(reader.failure).toBeUndefined();
    reader.read(Buffer.from('x'));
    expect(reader.failure).toMatchObject({ code: 'qmp.too-long' });
    expect(reader.read(Buffer.from('\n{}\n'))).toEqual([]);
  });

  it('is linear: 32 MiB in chunks of 1 KiB takes seconds at most', () => {
    const reader = new MessageReader();
    const chunk = Buffer.alloc(1024, 'x');
    const start = performance.now();
    reader.read(Buffer.from('{"a":"'));
    for (let index = 0; index < 32 * 1024; index += 1) reader.read(chunk);
    const [read] = reader.read(Buffer.from('"}\n'));
    expect(String(read?.a)).toHaveLength(32 * 1024 * 1024);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it.each([
    ['text that is no JSON', "QEMU 7.2.22 monitor - type 'help'\n"],
    ['an array', '[1]\n'],
    ['null', 'null\n'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xc3, 0x22, 0x3a, 0x31, 0x7d, 0x0a])],
  ])('refuses %s, and gives the messages before it', (_, bad) => {
    const reader = new MessageReader();
    expect(reader.read(Buffer.concat([Buffer.from('{"a":1}\n'), Buffer.from(bad)]))).toEqual([{ a: 1 }]);
    expect(reader.failure).toMatchObject({ code: 'qmp.malformed' });
    expect(reader.read(Buffer.from('{"b":2}\n'))).toEqual([]);
  });

  it('ignores everything up to the last start byte', () => {
    const reader = new MessageReader({ startByte: 0xff });
    expect(reader.read(Buffer.from('rest of an old answer"}\n{"old":'))).toEqual([]);
    expect(
      reader.read(Buffer.from([0xff, ...Buffer.from('{"stale":1}\n'), 0xff, ...Buffer.from('{"a"')])),
    ).toEqual([]);
    expect(reader.read(Buffer.from(':1}\n{"b":2}\n'))).toEqual([{ a: 1 }, { b: 2 }]);
    expect(reader.failure).toBeUndefined();
  });
});

describe('encodeMessage', () => {
  it('makes one line that reads back the same', () => {
    fc.assert(
      fc.property(message, (value) => {
        const line = encodeMessage(value);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(new MessageReader().read(Buffer.from(line))).toEqual(throughJson([value]));
      }),
    );
  });

  it('leaves out what is undefined', () => {
    expect(encodeMessage({ execute: 'stop', arguments: undefined })).toBe('{"execute":"stop"}\n');
  });
});
