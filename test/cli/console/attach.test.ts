import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collect, type Output } from '../support/output.js';

const folder = mkdtempSync(join(tmpdir(), 'vm-attach-'));
const fixture = join(folder, 'attach.mjs');
const path = join(folder, 'serial.sock');
let server: Server;
let guest: Promise<Socket>;
let sockets: Socket[];
let child: ChildProcess | undefined;

beforeAll(async () => {
  const bundle = await rolldown({
    input: join(import.meta.dirname, 'attach.fixture.ts'),
    platform: 'node',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  });
  await bundle.write({ file: fixture, format: 'esm' });
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  sockets = [];
  // A console that is killed in the middle resets the connection, which is no failure of the test.
  server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
  guest = once(server, 'connection').then(([socket]) => socket as Socket);
  server.listen(path);
  await once(server, 'listening');
});
afterEach(async () => {
  child?.kill('SIGKILL');
  child = undefined;
  server.close();
  for (const socket of sockets) socket.destroy();
});

/** The fixture with pipes, or, through util-linux' script(1), on a terminal whose settings are shown before and after. */
function start(how: 'pipes' | 'terminal', ...args: string[]): Output {
  const attach = [process.execPath, fixture, path, ...args];
  const [program = '', ...rest] =
    how === 'pipes'
      ? attach
      : ['script', '-qec', `stty -g; ${attach.map((word) => `'${word}'`).join(' ')}; stty -g`, '/dev/null'];
  child = spawn(program, rest, { stdio: 'pipe' });
  return collect(child);
}

function type(text: string): void {
  child?.stdin?.write(text);
}

/** The settings of the terminal before and after: `stty -g` prints them as one word of numbers. */
function settings(text: string): string[] {
  return text.match(/^[0-9a-f]+(?::[0-9a-f]+)+(?=\r?$)/gm) ?? [];
}

function firstChild(pid: number): number {
  return Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'), 10);
}

describe('attach, on a terminal', () => {
  it('passes every key on as it is typed, Ctrl-C too, and detaches at the escape key', async () => {
    const output = start('terminal');
    const socket = collect(await guest);
    (await guest).write('login: ');
    await output.until('login: ');
    type('ab\x03');
    await socket.until('ab\x03');
    type('c\x1dnever sent');
    await output.until('END escaped');
    await output.end;
    await socket.end;
    expect(socket.text).toBe('ab\x03c');
  });

  it('restores the terminal after the escape key', async () => {
    const output = start('terminal');
    await guest;
    type('\x1d');
    await output.end;
    const [before, after] = settings(output.text);
    expect(before).toMatch(/:/);
    expect(after).toBe(before);
  });

  it('restores the terminal when the guest ends', async () => {
    const output = start('terminal');
    const socket = collect(await guest);
    type('x');
    await socket.until('x');
    (await guest).end('bye');
    await output.until('END closed');
    await output.end;
    const [before, after] = settings(output.text);
    expect(output.text).toContain('bye');
    expect(after).toBe(before);
  });

  it('restores the terminal when a signal ends it', async () => {
    const output = start('terminal', '^]');
    const socket = collect(await guest);
    type('x');
    await socket.until('x');
    const shell = firstChild(child?.pid ?? 0);
    process.kill(firstChild(shell), 'SIGTERM');
    await output.until('END Interrupted ended by SIGTERM');
    await output.end;
    const [before, after] = settings(output.text);
    expect(after).toBe(before);
  });

  it('takes another escape key, or none', async () => {
    const output = start('terminal', 'ctrl-a');
    const socket = collect(await guest);
    type('\x1d');
    await socket.until('\x1d');
    type('\x01');
    await output.until('END escaped');
    await output.end;
  });
});

describe('attach, without a terminal', () => {
  it('stays after the end of its input, until the guest closes', async () => {
    const output = start('pipes');
    child?.stdin?.end('poweroff\x1d\n');
    const socket = collect(await guest);
    await socket.until('poweroff\x1d\n');
    (await guest).write('going down\n');
    await output.until('going down\n');
    (await guest).end();
    await output.until('END closed');
    expect(await output.end).toBe(0);
  });

  it('ends at SIGINT although its input is open', async () => {
    const output = start('pipes');
    const socket = await guest;
    socket.write('up');
    await output.until('up');
    child?.kill('SIGINT');
    await output.until('END Interrupted interrupted');
    expect(await output.end).toBe(0);
  });

  it('ends when the reader of its output is gone', async () => {
    const output = start('pipes');
    const socket = await guest;
    socket.write('first');
    await output.until('first');
    child?.stdout?.destroy();
    const timer = setInterval(() => socket.write('more'), 10);
    await output.until('END Error');
    clearInterval(timer);
    await output.end;
  });

  it('passes large input and output on unchanged', async () => {
    const large = 'x'.repeat(1_000_000);
    const output = start('pipes');
    const socket = collect(await guest);
    child?.stdin?.end(`${large}!`);
    await socket.until('!');
    (await guest).end(large);
    await output.end;
    expect(socket.text.length).toBe(1_000_001);
    expect(output.text.replace('END closed\n', '').length).toBe(1_000_000);
  });
});
