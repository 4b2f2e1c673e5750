import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask } from '../../src/qmp/ask.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/vmq');
  path = join(folder, 'a.sock');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A monitor that says these pieces, one after the other, to whoever connects; what it was told. */
async function saying(...pieces: readonly string[]) {
  let heard = '';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      if (!heard.endsWith('"id":1}\n')) return;
      for (const [index, piece] of pieces.entries()) setTimeout(() => socket.write(piece), index * 5);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    heard: () => heard,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

const greeting = '{"QMP": {"version": {}, "capabilities": []}}\r\n{"return": {}}\r\n';

describe('ask', () => {
  it('gives the answer, whatever comes around it and however it is cut', async () => {
    await using monitor = await saying(
      greeting,
      '{"event": "STOP", "data": {"x": "\\"id\\": 1"}}\r\n{"return": {"sta',
      'tus": "paused"}, "id": 1}\r\n{"event": "RESUME"}\r\n',
    );
    expect(await ask(path, 'query-status', 5)).toEqual({ status: 'paused' });
    expect(monitor.heard()).toBe('{"execute":"qmp_capabilities"}\n{"execute":"query-status","id":1}\n');
  });

  it.each([
    ['an error', '{"id": 1, "error": {"class": "GenericError", "desc": "no"}}\r\n'],
    ['rubbish', '{"id": 1, oh\r\n'],
    ['another answer', '{"return": {}, "id": 2}\r\n'],
    ['a line without an end', '{"return": {}, "id": 1}'],
  ])('has no answer in %s', async (_, text) => {
    await using _monitor = await saying(greeting, text);
    expect(await ask(path, 'query-status', 0.1)).toBeUndefined();
  });

  it('has none where nobody listens', async () => {
    expect(await ask(path, 'query-status', 5)).toBeUndefined();
  });
});
