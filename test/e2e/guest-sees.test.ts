/** What a spec says is what the guest sees, read from inside it. TCG. */
import { randomBytes } from 'node:crypto';
import { existsSync, truncateSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestHome, until } from '../support/cli.js';
import { bootGuest, guestKernel } from '../support/guest-boot.js';
import type { GuestConsole, Report } from '../support/guest-console.js';
import { skipBecause } from '../support/skip.js';
import { guestSpec } from '../support/specs.js';

const MIB = 1024 ** 2;
const KIB_OF_MIB = 1024;

describe('a guest with much in it', () => {
  let home: TestHome;
  let guest: GuestConsole;
  let report: Report;
  let port: number;
  const content = randomBytes(MIB);
  beforeAll(async () => {
    home = new TestHome();
    port = await freePort();
    truncateSync(home.file('data.img', content), 24 * MIB);
    truncateSync(home.file('nv.img', ''), 32 * MIB);
    const spec = guestSpec({
      boot: guestKernel('intel_iommu=on memhp_default_state=online'),
      cpu: {
        vcpus: 4,
        topology: { sockets: 2, cores: 1, threads: 2 },
        vendor: 'GenuineIntel',
        l3Cache: true,
      },
      placement: { vcpus: 'none' },
      memory: {
        size: '256MiB',
        modules: [
          { type: 'dimm', size: '128MiB', node: 1 },
          { type: 'virtio-mem', size: '256MiB', requested: '128MiB', node: 0 },
          { type: 'nvdimm', size: '32MiB', path: 'nv.img' },
        ],
      },
      numa: [
        { cpus: '0-1', memory: '160MiB', distances: { 1: 25 } },
        { cpus: '2-3', memory: '96MiB' },
      ],
      iommu: { model: 'intel' },
      disks: [{ source: 'data.img', serial: 'DATA-1' }],
      networks: [{ type: 'user', mac: '52:54:00:aa:bb:cc', forwards: [`${port}:7000`] }],
      guestAgent: true,
      console: [{ type: 'socket' }],
      channels: [{ type: 'socket', name: 'org.example.own' }],
      balloon: true,
      watchdog: { model: 'i6300esb', action: 'pause' },
      panic: true,
      lifecycle: { onCrash: 'pause' },
      smbios: { system: { manufacturer: 'Acme, Inc.', product: 'Proof', serial: 'S-1' } },
      fwCfg: [{ name: 'opt/org.example.proof', string: 'a,b = "c"' }],
    });
    guest = await bootGuest(home, 'much', spec);
    // virtio-mem is plugged and made usable block by block, beside everything else.
    await guest.run('until grep -q "Zone-Movable\\|Movable" /proc/zoneinfo; do usleep 100000; done');
    report = await guest.report();
  });
  afterAll(() => {
    guest?.close();
    home.dispose();
  });

  it('sees sockets, cores, threads and the L3 cache', () => {
    expect(cpuRows(report, 4)).toEqual([
      ['0', '0', '0-1'],
      ['0', '0', '0-1'],
      ['1', '0', '2-3'],
      ['1', '0', '2-3'],
    ]);
    expect(report.get('cpus.vendor')).toBe('GenuineIntel');
    expect(report.get('cpu0.cache3')).toBe('level=3 type=Unified size=16384K shared=0-1');
    // What nested VMs need; tcg emulates AMD's.
    expect(report.get('cpus.flags')?.split(' ')).toContain('svm');
  });

  it('sees its NUMA nodes with vCPUs, distances, and memory with that of modules', () => {
    expect([report.get('node0.cpus'), report.get('node1.cpus')]).toEqual(['0-1', '2-3']);
    expect([report.get('node0.distance'), report.get('node1.distance')]).toEqual(['10 25', '25 10']);
    const present = (node: number) => Number.parseInt(report.get(`node${node}.present`) ?? '', 10);
    // Firmware keeps less than a MiB of each for itself: the holes below 1 MiB, its tables at the end.
    const [first, second] = [(160 + 128) * KIB_OF_MIB, (96 + 128) * KIB_OF_MIB];
    expect(present(0)).toBeLessThanOrEqual(first);
    expect(present(0)).toBeGreaterThan(first - KIB_OF_MIB);
    expect(present(1)).toBeLessThanOrEqual(second);
    expect(present(1)).toBeGreaterThan(second - KIB_OF_MIB);
    expect(report.get('block.pmem0')).toContain(`bytes=${32 * MIB} `);
  });

  it('sees the DMAR table, and each device in an IOMMU group of its own', () => {
    expect(report.get('acpi.tables')?.split(' ')).toContain('DMAR');
    const groups = [...report].filter(([key]) => /^iommu\.\d+$/.test(key)).map(([, devices]) => devices);
    const behindPorts = [...report.keys()]
      .flatMap((key) => /^pci\.(.*)$/.exec(key)?.[1] ?? [])
      .filter((at) => !at.startsWith('0000:00:'));
    expect(behindPorts.length).toBeGreaterThan(5);
    expect(groups).toEqual(expect.arrayContaining(behindPorts));
  });

  it('has every virtio device bound to its driver', () => {
    const drivers = [...report].filter(([key]) => key.startsWith('virtio.')).map(([, value]) => value);
    expect(drivers.sort()).toEqual([
      'type=1 driver=virtio_net',
      'type=2 driver=virtio_blk',
      'type=24 driver=virtio_mem',
      'type=3 driver=virtio_console',
      'type=4 driver=virtio_rng',
      'type=5 driver=virtio_balloon',
    ]);
  });

  it('takes entropy from the host, and names, strings and items from firmware', () => {
    expect([report.get('rng.current'), report.get('rng.bytes')]).toEqual(['virtio_rng.0', '16']);
    expect(report.get('dmi.sys_vendor')).toBe('Acme, Inc.');
    expect([report.get('dmi.product_name'), report.get('dmi.product_serial')]).toEqual(['Proof', 'S-1']);
    expect(report.get('fwcfg.opt/org.example.proof')).toBe('a,b = "c"');
  });

  it('has the disk with its size, serial and content, and a network that carries it', async () => {
    expect(report.get('block.vda')).toBe(`bytes=${24 * MIB} readonly=0 serial=DATA-1`);
    expect(report.get('net.eth0')).toBe('mac=52:54:00:aa:bb:cc mtu=1500 address=10.0.2.15/24');
    await guest.run('(dd if=/dev/vda bs=1M count=1 2>/dev/null | nc -l -p 7000 >/dev/null &)');
    // User mode takes a connection before the guest listens, and drops it then.
    let received = await receive(port);
    for (let tries = 0; tries < 50 && received.length === 0; tries++) received = await receive(port);
    expect(received.equals(content)).toBe(true);
  });

  it('has the console and the channels that the host has the other ends of', async () => {
    const ports = new Map([...report].map(([key, value]) => [value, key.replace(/^port\./, '')]));
    expect(ports.get('org.qemu.guest_agent.0')).toMatch(/^vport\d+p1$/);
    for (const [device, socket] of [
      ['/dev/hvc0', 'console0.sock'],
      [`/dev/${ports.get('org.example.own')}`, 'channel0.sock'],
    ] as const) {
      const end = connect(join(home.runtime, 'much', socket));
      let heard = '';
      end.on('data', (chunk: Buffer) => {
        heard += chunk.toString();
      });
      await new Promise((done) => end.once('connect', done));
      await guest.run(`echo heard >${device}`);
      await until(`${socket} hears the guest`, () => heard.includes('heard'));
      end.destroy();
    }
  });

  it('gives memory back through the balloon', async () => {
    const actual = async () => (await qmp<{ actual: number }>(home, 'much', 'query-balloon')).actual;
    const wanted = (await actual()) - 32 * MIB;
    await qmp(home, 'much', 'balloon', { value: wanted });
    await eventually(actual, wanted);
  });

  it('is paused by the watchdog that it no longer feeds, and stopped by its own crash', async () => {
    await guest.run(startWatchdog(watchdogAt(report)));
    const status = async () => (await qmp<{ status: string }>(home, 'much', 'query-status')).status;
    await eventually(status, 'watchdog');
    expect(await home.vm('resume', 'much')).toMatchObject({ code: 0 });

    expect(report.get('pvpanic.capability')).toBe('3');
    guest.type('echo c >/proc/sysrq-trigger');
    await eventually(status, 'guest-panicked');
    expect(await home.json('status', 'much')).toMatchObject({
      state: 'paused',
      next: expect.stringContaining('vm reset much'),
    });
    expect(await home.vm('down', 'much', '--force')).toMatchObject({ code: 0 });
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });
});

describe('a guest with vsock', () => {
  skipBecause(
    existsSync('/dev/vhost-vsock') ? undefined : 'no /dev/vhost-vsock here: the kernel serves no vsock',
  );

  it('has a driver on it, and the address that the plan says', async () => {
    const home = new TestHome();
    try {
      const guest = await bootGuest(home, 'vsock', guestSpec({ vsock: {} }));
      const report = await guest.report();
      guest.close();
      const drivers = [...report].filter(([key]) => key.startsWith('virtio.')).map(([, value]) => value);
      expect(drivers).toContain('type=19 driver=vmw_vsock_virtio_transport');
      const question = { path: '/machine/peripheral/vsock0', property: 'guest-cid' };
      const { stdout } = await home.vm('qmp', 'vsock', 'qom-get', JSON.stringify(question));
      expect(Number(stdout)).toBeGreaterThanOrEqual(42);
      expect(await home.vm('down', 'vsock', '--force')).toMatchObject({ code: 0 });
    } finally {
      home.dispose();
    }
  });
});

async function qmp<T>(home: TestHome, name: string, command: string, parameters: object = {}): Promise<T> {
  const { code, stdout, stderr } = await home.vm('qmp', name, command, JSON.stringify(parameters));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
}

/** Looks again and again until what is seen is what is wanted, for ten seconds at most. */
async function eventually<T>(look: () => Promise<T>, wanted: T): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const seen = await look();
    if (Date.now() > deadline) expect(seen).toEqual(wanted);
    if (seen === wanted) return;
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** The i6300ESB's place on the guest's PCI buses. */
function watchdogAt(report: Report): string {
  const [key] = [...report].find(([, value]) => value.startsWith('id=8086:25ab ')) ?? [];
  if (key === undefined) throw new Error('the guest has no i6300ESB');
  return key.replace(/^pci\./, '');
}

/** What its driver, which this kernel lacks, would do (Intel's data sheet of the 6300ESB, 17): both timers about a second, then enabled. */
const startWatchdog = (at: string): string =>
  [
    `cd /sys/bus/pci/devices/${at}`,
    'echo 1 >enable',
    'read -r base _ <resource',
    ...[0, 4].flatMap((timer) => [
      'devmem $((base + 12)) 16 0x80',
      'devmem $((base + 12)) 16 0x86',
      `devmem $((base + ${timer})) 32 0x400`,
    ]),
    "printf '\\002' | dd of=config bs=1 seek=104 conv=notrunc 2>/dev/null",
  ].join(' && ');

/** Package, core and siblings of each vCPU. */
const cpuRows = (report: Report, count: number) =>
  Array.from({ length: count }, (_, cpu) =>
    ['package', 'core', 'threads'].map((key) => report.get(`cpu${cpu}.${key}`)),
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

/** Everything that comes from a port of this host until it is closed. */
async function receive(port: number): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A connection that is reset has given what it gave.
  socket.on('error', () => {});
  await new Promise((done) => socket.once('close', done));
  return Buffer.concat(chunks);
}
