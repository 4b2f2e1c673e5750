import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tryFlock } from '../../src/runtime/flock.js';
import { isAlive } from '../../src/runtime/process.js';
import {
  giveBackSideProcess,
  type SideProcessResource,
  startSideProcess,
} from '../../src/runtime/side-process.js';
import { isListening } from '../../src/runtime/side-process-socket.js';
import { deadSideProcesses, startSideProcesses } from '../../src/runtime/side-processes.js';
import { makePlace, type Place, sleep } from './support.js';

/** Serves a socket until it is told to end; like the real ones, it takes its name from the command line. */
const server = `
const { createServer } = require('node:net');
const [socket, mode] = process.argv.slice(2);
if (mode === 'fails') { console.error('no such device'); process.exit(3); }
if (mode === 'stubborn') process.on('SIGTERM', () => {});
createServer().listen(socket, () => console.log('listening'));
if (mode === 'short') setTimeout(() => process.exit(0), 300);
`;

let place: Place;
let script: string;
beforeEach(() => {
  place = makePlace();
  script = join(place.folder, 'server.cjs');
  writeFileSync(script, server);
});
afterEach(() => place.clear());

function side(mode = 'plain', id = 'swtpm'): SideProcessResource {
  const socket = join(place.runtime, 'a', `${id}.sock`);
  return {
    kind: 'sideProcess',
    id,
    program: process.execPath,
    args: [script, socket, mode],
    socket,
    key: 'tpm',
    log: join(place.state, `${id}.log`),
    folders: [place.state, join(place.state, 'tpm')],
    leaves: [join(place.state, 'left.pid')],
    cpus: [],
    identity: null,
  };
}

const alive = ({ identity }: SideProcessResource) => identity !== null && isAlive(identity);

describe('startSideProcess', () => {
  it('is done when the socket listens, which only this user may open', async () => {
    const started = await startSideProcess(side());
    expect(alive(started)).toBe(true);
    expect(statSync(started.socket).mode & 0o777).toBe(0o600);
    expect(statSync(started.log).mode & 0o777).toBe(0o600);
    expect(statSync(join(place.state, 'tpm')).mode & 0o777).toBe(0o700);
    expect(isListening(readFileSync('/proc/net/unix', 'utf8'), started.socket)).toBe(true);
    const { pid } = started.identity ?? { pid: 0 };
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
    expect(environment.map((one) => one.split('=')[0])).toEqual(['PATH', 'HOME', 'LANG']);
    await giveBackSideProcess(started, true);
    expect(alive(started)).toBe(false);
    expect(existsSync(started.socket)).toBe(false);
  });

  it('fails in its words, and at once', async () => {
    const start = performance.now();
    await expect(startSideProcess(side('fails'))).rejects.toMatchObject({
      code: 'host.side-process',
      message: 'tpm: swtpm ended (exit status 3): no such device',
      details: ['swtpm said:', 'no such device', 'The command was:', expect.stringContaining(script)],
    });
    expect(performance.now() - start).toBeLessThan(5000);
    await expect(startSideProcess({ ...side(), program: '/no/such' })).rejects.toMatchObject({
      code: 'host.side-process',
      message: expect.stringContaining('ENOENT'),
    });
  });

  it('is given up when the launch is', async () => {
    const reason = new Error('Ctrl-C');
    await expect(startSideProcess(side(), AbortSignal.abort(reason))).rejects.toBe(reason);
    await giveBackSideProcess(side(), true);
    expect(place.processes()).toEqual([]);
  });

  it('refuses a second one of the same VM', async () => {
    const started = await startSideProcess(side());
    await expect(startSideProcess(side())).rejects.toMatchObject({ code: 'host.side-process' });
    await giveBackSideProcess(started, true);
  });
});

describe('giveBackSideProcess', () => {
  it('finds one that nobody noted, by its command line', async () => {
    const started = await startSideProcess(side('stubborn'));
    await giveBackSideProcess(side('stubborn'), true);
    expect(alive(started)).toBe(false);
  });

  it('finds one that has not become its program yet, by what it inherits', async () => {
    const lock = await tryFlock(join(place.runtime, 'a', 'swtpm.alive'));
    const child = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', lock?.descriptor] });
    const ended = new Promise((done) => child.once('exit', (_, signal) => done(signal)));
    await lock?.release();
    await giveBackSideProcess(side(), true);
    expect(await ended).toBe('SIGTERM');
  });

  it('lets one end by itself after QEMU, takes what it left, and may be done again', async () => {
    const started = await startSideProcess(side('short'));
    writeFileSync(join(place.state, 'left.pid'), '1');
    await giveBackSideProcess(started, false);
    await giveBackSideProcess(started, false);
    expect([alive(started), existsSync(join(place.state, 'left.pid'))]).toEqual([false, false]);
    expect(existsSync(join(place.runtime, 'a', 'swtpm.alive'))).toBe(false);
  });

  it('leaves a process alone that is only called like it', async () => {
    const other = { ...side(), args: [...side().args, 'more'] };
    const started = await startSideProcess(other);
    // Its lock is given up, as some do.
    await giveBackSideProcess({ ...side(), socket: join(place.runtime, 'a', 'x.sock') }, true);
    expect(alive(started)).toBe(true);
    await giveBackSideProcess(started, true);
  });
});

describe('startSideProcesses', () => {
  it('starts all at once, notes who they are, and knows which have died', async () => {
    const steps: string[] = [];
    const both = [side('plain', 'one'), side('short', 'two')];
    const started = await startSideProcesses(both, { onProgress: (step) => steps.push(step) });
    expect(steps).toEqual(['starting one, two']);
    expect(deadSideProcesses(started)).toEqual([]);
    await sleep(0.6);
    expect(deadSideProcesses(started).map(({ id }) => id)).toEqual(['two']);
    expect(deadSideProcesses(both)).toEqual([]);
    for (const resource of started)
      if (resource.kind === 'sideProcess') await giveBackSideProcess(resource, true);
    expect(place.processes()).toEqual([]);
  });

  it('fails as a whole, once all have come up or failed', async () => {
    const both = [side('fails', 'one'), side('plain', 'two')];
    await expect(startSideProcesses(both, {})).rejects.toMatchObject({ code: 'host.side-process' });
    expect(existsSync(join(place.runtime, 'a', 'two.sock'))).toBe(true);
    for (const resource of both) await giveBackSideProcess(resource, true);
    expect(place.processes()).toEqual([]);
  });
});

describe('isListening', () => {
  const table = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01  1182308 /run/vm/a/x.sock
0000000000000000: 00000002 00000000 00000000 0001 01 118 /run/vm/a/bound.sock
0000000000000000: 00000003 00000000 00000000 0001 03 119
`;
  it.each([
    ['/run/vm/a/x.sock', true],
    ['/run/vm/a/bound.sock', false],
    ['/run/vm/a/x.soc', false],
    ['', false],
  ])('%s: %s', (path, listens) => {
    expect(isListening(table, path)).toBe(listens);
  });
});
