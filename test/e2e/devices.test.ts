import { execFileSync } from 'node:child_process';
import { existsSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHome } from '../support/cli.js';
import { bareSpec } from '../support/specs.js';
import { startsPaused } from '../support/starts.js';

let home: TestHome;
beforeEach(() => {
  home = new TestHome();
});
afterEach(() => home.dispose());

const starts = (name: string, spec: object) => startsPaused(home, name, spec);

/** Property names are no guesses: the real QEMU takes every device and backend that a spec can name. */
describe('every kind of device on the real QEMU, paused, TCG', () => {
  it('disks of every cache, format and wait', async () => {
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', join(home.folder, 'a.qcow2'), '16M']);
    for (const name of ["odd, name='x y' ü.img", 'b.img', 'c.img', 'd.img', 'e.img']) {
      truncateSync(home.file(name, ''), 1024 ** 2);
    }
    await starts('disks', {
      ioThreads: 2,
      disks: [
        { source: 'a.qcow2', serial: 'SYSTEM', ioThread: 1, queues: 2 },
        { source: "odd, name='x y' ü.img", cache: 'writethrough', detectZeroes: 'unmap', aio: 'threads' },
        { source: 'b.img', cache: 'unsafe', discard: 'ignore' },
        { source: 'c.img', cache: 'directsync', aio: 'native' },
        { source: 'd.img', cache: 'writeback', aio: 'io_uring', detectZeroes: 'on' },
        { id: 'last', source: 'e.img', readOnly: true },
      ],
    });
  });

  it('networks, serial ports, agent, display', async () => {
    await starts('rest', {
      networks: [
        { type: 'user', forwards: ['22222:22', '127.0.0.1:25353:53/udp'] },
        { type: 'user', model: 'e1000e' },
        { id: 'dark', type: 'none', model: 'e1000' },
      ],
      serial: [{ type: 'socket' }, { type: 'pty' }, { type: 'file', path: 'out, put.log' }],
      guestAgent: true,
      display: 'vnc',
    });
    expect(statSync(join(home.folder, 'out, put.log')).size).toBe(0);
  });

  it('the old machine, and UEFI with variables that stay', async () => {
    await starts('pc', {
      machine: { type: 'pc', accelerator: 'tcg' },
      networks: [{ type: 'user' }],
      display: 'vnc',
    });
    await starts('uefi', { boot: { firmware: 'uefi' } });
    expect(statSync(join(home.state, 'uefi/nvram.fd')).size).toBeGreaterThan(100_000);
    await starts('uefi', { boot: { firmware: 'uefi' } });
  });

  it.each([
    ['shared', { access: 'shared', allocation: 'immediate' }],
    ['file', { backing: 'file', path: 'ram.img', access: 'shared', discard: true }],
    ['loose', { merge: true, dump: true }],
  ])('memory: %s', async (name, memory) => {
    await starts(name, { memory: { size: '64MiB', ...memory } });
  });

  it('hot-plug room: more vCPUs than are there, a topology of its own', async () => {
    await starts('cpus', {
      cpu: {
        vcpus: 2,
        maxVcpus: 8,
        topology: { sockets: 2, cores: 2, threads: 2 },
        features: { x2apic: true, vendor: 'GenuineIntel' },
      },
      placement: { vcpus: 'none' },
    });
  });
});

describe('what only root may', () => {
  beforeEach((context) => {
    if (process.getuid?.() !== 0) context.skip('only root can lock that much memory, and make a bridge');
  });

  it('memory: locked', async () => {
    await starts('locked', { memory: { size: '64MiB', locked: true } });
  });

  it('a bridge: the tap is made, joined and taken away', async (context) => {
    const bridge = `vmt${process.pid % 100_000}`;
    execFileSync('ip', ['link', 'add', bridge, 'type', 'bridge']);
    const ports = () => execFileSync('ip', ['-o', 'link', 'show', 'master', bridge], { encoding: 'utf8' });
    try {
      if (!existsSync(`/sys/class/net/${bridge}`)) context.skip('/sys is that of another network namespace');
      const file = home.spec('bridged', bareSpec({ networks: [{ type: 'bridge', bridge, queues: 2 }] }));
      expect(await home.vm('up', file)).toMatchObject({ code: 0 });
      expect(ports()).toMatch(/vm[0-9a-f]{8}n0/);
      process.kill((await home.json<{ pid: number }>('status', 'bridged')).pid, 'SIGKILL');
      expect(await home.vm('up', file)).toMatchObject({ code: 0 });
      expect(await home.vm('down', 'bridged', '--force')).toMatchObject({ code: 0 });
      expect(ports()).toBe('');
    } finally {
      execFileSync('ip', ['link', 'del', bridge]);
    }
  });
});
