/** Devices that another program of the host serves, on the real QEMU: property names are no guesses. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, truncateSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHome, until } from '../support/cli.js';
import { skipBecause } from '../support/skip.js';
import { startsPaused } from '../support/starts.js';

let home: TestHome;
let servers: ChildProcess[];
beforeEach(() => {
  home = new TestHome();
  servers = [];
});
afterEach(async () => {
  for (const server of servers) {
    const ended = new Promise((done) => server.once('close', done));
    if (server.exitCode === null && server.kill()) await ended;
  }
  home.dispose();
});

const missing = (...programs: string[]) => {
  const absent = programs.filter((program) => spawnSync('which', [program]).status !== 0);
  return absent.length === 0 ? undefined : `not installed here: ${absent.join(', ')}`;
};

/** Starts a server, until it listens. */
async function serve(socket: string, program: string, ...args: string[]): Promise<void> {
  servers.push(spawn(program, args, { cwd: home.folder, stdio: 'ignore' }));
  await until(`${program} to listen`, () => existsSync(join(home.folder, socket)));
}

/** QEMU and what it started; what the test itself started, in the same folder, is not looked at. */
const starts = async (name: string, spec: object) => {
  const up = await home.vm('up', home.spec(name, { ...small, ...spec }), '--paused');
  expect({ code: up.code, stderr: up.code === 0 ? '' : up.stderr }).toEqual({ code: 0, stderr: '' });
  expect(await home.vm('down', name, '--force')).toMatchObject({ code: 0 });
  expect(home.leftovers()).toEqual([]);
};
const small = { machine: { accelerator: 'tcg' }, memory: { size: '64MiB' } };

describe('a disk of qemu-storage-daemon (vhost-user-blk), TCG', () => {
  skipBecause(missing('qemu-storage-daemon'));

  it('starts, its memory shared by itself', async () => {
    truncateSync(home.file('disk.img', ''), 4 * 1024 ** 2);
    await serve(
      'disk.sock',
      'qemu-storage-daemon',
      ...['--blockdev', 'driver=file,node-name=disk,filename=disk.img'],
      ...['--export', 'vhost-user-blk,id=out,node-name=disk,addr.type=unix,addr.path=disk.sock,writable=on'],
    );
    await starts('served', { disks: [{ source: { type: 'vhost-user', socket: 'disk.sock' } }] });
  });
});

describe('shared memory with interrupts (ivshmem-doorbell), TCG', () => {
  skipBecause(missing('python3'));

  it('starts at a server that passes memory and eventfds', async () => {
    const script = resolve(import.meta.dirname, '../support/ivshmem-server.py');
    await serve('bell.sock', 'python3', script, 'bell.sock', String(1024 ** 2), '2');
    await starts('bell', {
      sharedMemory: [{ name: 'bell', size: '1MiB', server: 'bell.sock', vectors: 2, ioEventFd: false }],
    });
  });
});

describe('entropy of a daemon (rng-egd), TCG', () => {
  it('starts', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).resume());
    await new Promise<void>((done) => server.listen(join(home.folder, 'egd.sock'), done));
    try {
      await starts('egd', { rng: { backend: 'egd', source: 'egd.sock' } });
    } finally {
      server.close();
    }
  });
});

describe('a screen and sound on D-Bus, TCG', () => {
  skipBecause(missing('dbus-daemon'));

  it('starts on the bus that the spec names', async () => {
    const address = `unix:path=${join(home.folder, 'bus')}`;
    await serve('bus', 'dbus-daemon', '--session', '--nofork', '--nopidfile', `--address=${address}`);
    await starts('bus', { display: { type: 'dbus', address }, sound: true });
  });
});

describe('a tap that is there already, TCG', () => {
  it('is used, and stays', async (context) => {
    const device = `vmt${process.pid % 100_000}t`;
    const tuntap = (verb: string) =>
      spawnSync('ip', ['tuntap', verb, device, 'mode', 'tap', 'multi_queue'], { encoding: 'utf8' });
    const made = tuntap('add');
    if (made.status !== 0)
      context.skip(`no tap can be made here: ${made.error?.message ?? made.stderr.trim()}`);
    try {
      if (!existsSync(`/sys/class/net/${device}`)) context.skip('/sys is that of another network namespace');
      await startsPaused(home, 'tap', { networks: [{ type: 'tap', device, queues: 2, vhost: false }] });
      expect(existsSync(`/sys/class/net/${device}`)).toBe(true);
    } finally {
      tuntap('del');
    }
  });
});

describe('what this machine has no hardware for', () => {
  const lacks = (path: string, what: string) => (existsSync(path) ? undefined : `no ${path} here: ${what}`);

  it('input of the host (virtio-input-host, input-linux)', async (context) => {
    const why = lacks('/dev/input/event0', 'there is no keyboard to pass on');
    if (why !== undefined) context.skip(why);
    const device = '/dev/input/event0';
    await startsPaused(home, 'input', { input: [{ type: 'evdev', device }] });
    await startsPaused(home, 'input', { input: [{ type: 'passthrough', device }] });
  });

  it('a SCSI device of the host (scsi-generic)', async (context) => {
    const why = lacks('/dev/sg0', 'there is no SCSI device to pass on');
    if (why !== undefined) context.skip(why);
    await startsPaused(home, 'scsi', { disks: [{ source: '/dev/sg0', type: 'lun', bus: 'scsi' }] });
  });

  it('OpenGL without a window (egl-headless)', async (context) => {
    const why = lacks('/dev/dri', 'there is no GPU to draw with');
    if (why !== undefined) context.skip(why);
    await startsPaused(home, 'gl', { display: [{ type: 'vnc' }, { type: 'egl-headless' }], video: 'std' });
  });
});
