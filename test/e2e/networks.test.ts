import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHome, until } from '../support/cli.js';
import { skipBecause } from '../support/skip.js';
import { bareSpec, guestReady, guestSpec } from '../support/specs.js';
import { startsPaused } from '../support/starts.js';

let home: TestHome;
beforeEach(() => {
  home = new TestHome();
});
afterEach(() => home.dispose());

const starts = (name: string, spec: object, meanwhile?: () => Promise<void>) =>
  startsPaused(home, name, spec, meanwhile);

/** Whether a unix socket has a connection, as the kernel shows it (proc_net(5)). */
const connected = (path: string) =>
  readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .some((line) => line.endsWith(` ${path}`) && / 0001 03 /.test(line));

const pciModels = [
  'e1000',
  'e1000-82544gc',
  'e1000-82545em',
  'e1000e',
  'rtl8139',
  'ne2k_pci',
  'pcnet',
  'vmxnet3',
];
const moreModels = ['tulip', 'virtio-transitional', 'virtio-non-transitional', 'ne2k_isa', 'usb-net'];
const i8255x = ['i82550', 'i82551', 'i82557a', 'i82557b', 'i82557c', 'i82558a', 'i82558b'];
const moreI8255x = ['i82559a', 'i82559b', 'i82559c', 'i82559er', 'i82562', 'i82801'];

/** Property names are no guesses: the real QEMU takes every card and everything that it can lead to. */
describe('networks on the real QEMU, paused, TCG', () => {
  it('cards of every model', async () => {
    const models = [...pciModels, ...moreModels, ...i8255x, ...moreI8255x];
    await starts('models', { networks: models.map((model) => ({ type: 'user', model })) });
  });

  it('every property of a card', async () => {
    const rom = home.file('own.rom', Buffer.alloc(2048));
    const offloads = {
      host: { csum: true, gso: false, tso4: false, tso6: false, ecn: false, ufo: false, mergeBuffers: true },
      guest: { csum: true, tso4: false, tso6: false, ecn: false, ufo: false },
    };
    await starts('card', {
      networks: [
        {
          ...{ type: 'user', link: 'down', mtu: 1400, boot: 1, rom: false, romBar: false, acpiIndex: 3 },
          ...{ rxQueueSize: 1024, txQueueSize: 256, txMode: 'timer', ioEventFd: true, eventIndex: false },
          ...{ rss: false, hashReport: false, packed: true, pagePerQueue: true, iommuPlatform: false },
          ...{ ats: false, offloads },
        },
        { type: 'user', failover: true },
        { type: 'user', model: 'e1000', rom },
      ],
    });
    await starts('tiny', { machine: { type: 'microvm', accelerator: 'tcg' }, networks: [{ type: 'user' }] });
  });

  it('user mode with all that it is told', async () => {
    home.file('boot/pxelinux.0', '');
    await starts('user', {
      networks: [
        {
          ...{ type: 'user', ipv4: true, ipv6: true, subnet: '172.17.2.0/24', subnet6: 'fd12::/64' },
          ...{ gateway: '172.17.2.1', gateway6: 'fd12::1', dns: '172.17.2.3', dns6: 'fd12::3' },
          ...{ dhcpStart: '172.17.2.20', hostname: 'guest', domain: 'example.org', restrict: true },
          ...{ searchDomains: ['a.example.org', 'b.example.org'], tftp: 'boot' },
          ...{ tftpServerName: 'boot.example.org', bootFile: 'pxelinux.0', forwards: ['127.0.0.1:28022:22'] },
        },
      ],
    });
  });

  it('links by sockets of every kind', async () => {
    const path = 'link, x.sock';
    await starts(
      'links',
      {
        networks: [
          { type: 'socket', mode: 'server', path },
          { type: 'socket', mode: 'datagram', path: 'a.sock', peerPath: 'b.sock' },
          { type: 'socket', mode: 'server', address: '127.0.0.1:28015' },
          { type: 'socket', mode: 'client', address: '127.0.0.1:28015' },
          { type: 'socket', mode: 'multicast', address: '230.0.0.1:28558', local: '127.0.0.1' },
          { type: 'socket', mode: 'datagram', address: '127.0.0.1:28001', peer: '127.0.0.1:28002' },
        ],
      },
      async () => {
        const other = home.spec('other', bareSpec({ networks: [{ type: 'socket', mode: 'client', path }] }));
        expect(await home.vm('up', other, '--paused')).toMatchObject({ code: 0 });
        await until('the two are connected', () => connected(join(home.folder, path)));
        expect(await home.vm('down', 'other', '--force')).toMatchObject({ code: 0 });
      },
    );
  });

  it('tells of a server that is not there, where QEMU would stay without a link and say nothing', async () => {
    const spec = home.spec('alone', {
      machine: { accelerator: 'tcg' },
      networks: [{ type: 'socket', mode: 'client', path: 'nobody.sock' }],
    });
    const { code, stderr } = await home.vm('up', spec, '--paused');
    expect(code).toBe(3);
    expect(stderr).toContain(`nothing listens on ${join(home.folder, 'nobody.sock')} yet`);
  });

  it('waits as the server of vhost-user, and gives up in its own words', async () => {
    const spec = home.spec('vhost', {
      machine: { accelerator: 'tcg' },
      memory: { size: '64MiB' },
      networks: [{ type: 'vhost-user', socket: 'vhost.sock', server: true }],
    });
    const up = home.spawn('up', spec, '--paused');
    const path = join(home.folder, 'vhost.sock');
    await until('QEMU listens', () => existsSync(path));
    up.kill('SIGINT');
    await until('the start is undone', () => home.processes().length === 0);
    expect(home.leftovers()).toEqual([]);
  });
});

const lower = `vmt${process.pid % 100_000}`;
const made = spawnSync('ip', ['link', 'add', `${lower}a`, 'type', 'veth', 'peer', 'name', `${lower}b`], {
  encoding: 'utf8',
});
afterAll(() => {
  spawnSync('ip', ['link', 'delete', `${lower}a`]);
});
const whyNoLower =
  made.status === 0
    ? existsSync(`/sys/class/net/${lower}a`)
      ? undefined
      : '/sys is that of another network namespace'
    : `no interface can be made here: ${made.error?.message ?? made.stderr.trim()}`;

describe('a macvtap on the real QEMU', () => {
  skipBecause(whyNoLower);

  it('has a queue for each descriptor that QEMU inherits, and goes with it', async () => {
    const macvtaps = () =>
      readdirSync('/sys/class/net').filter((name) => existsSync(`/sys/class/net/${name}/lower_${lower}a`));
    const networks = [
      { type: 'macvtap', interface: `${lower}a`, mode: 'bridge', queues: 2, mtu: 1400, vhost: false },
      { type: 'macvtap', interface: `${lower}a`, mode: 'bridge', model: 'e1000e' },
    ];
    await starts('mv', { networks }, async () => {
      expect(macvtaps()).toHaveLength(2);
      const { pid } = await home.json<{ pid: number }>('status', 'mv');
      const open = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
      expect(open.filter((path) => /\/(tap\d+|vm[0-9a-f]{8}n\d)/.test(path))).toHaveLength(3);
    });
    expect(macvtaps()).toEqual([]);
  });
});

interface Shell {
  readonly run: (line: string) => void;
  readonly text: () => string;
  readonly end: () => void;
}

/** The shell on the guest's console, once it prompts: login throws away what was typed before it. */
async function shell(vm: string): Promise<Shell> {
  let text = '';
  const socket = createConnection(join(home.runtime, vm, 'serial.sock'));
  socket.on('data', (chunk) => (text += chunk.toString('utf8')));
  await once(socket, 'connect');
  const knock = setInterval(() => socket.write('\n'), 500);
  await until('a prompt', () => text.includes('vm-guest#'), 40).finally(() => clearInterval(knock));
  return {
    run: (line) => void socket.write(`${line}\n`),
    text: () => text,
    end: () => void socket.destroy(),
  };
}

const inPath = (program: string) => spawnSync('which', [program]).status === 0;
const port = 20_000 + (process.pid % 10_000);

describe('passt, with a real guest', () => {
  skipBecause(inPath('passt') ? undefined : 'passt is not installed here');

  it('gives the guest an address by DHCP, and lets the host in through a forward', async () => {
    const spec = guestSpec({ networks: [{ type: 'passt', forwards: [`${port}:80`], ipv6: false }] });
    const up = await home.vm('up', home.spec('guest', spec), '--wait', guestReady);
    expect(up.code).toBe(0);
    const log = join(home.state, 'guest/serial.log');
    await until('a lease', () => /vm-guest: eth0 \d+\.\d+\.\d+\.\d+/.test(readFileSync(log, 'utf8')), 30);
    const { run, text, end } = await shell('guest');
    run('httpd -h / && echo serves $((1 + 1))');
    await until('the server', () => text().includes('serves 2'), 30);
    end();
    const answer = await fetch(`http://127.0.0.1:${port}/init`);
    expect(await answer.text()).toBe(
      readFileSync(resolve(import.meta.dirname, '../../scripts/guest.d/init'), 'utf8'),
    );
    expect(await home.vm('down', 'guest', '--force')).toMatchObject({ code: 0 });
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });
});

describe('a link between two real guests', () => {
  it('carries a ping, and a cable that is out shows in the guest', async () => {
    const link = (mode: string) => ({ type: 'socket', mode, path: 'link.sock' });
    const small = { cpu: { vcpus: 1 }, memory: { size: '192MiB' } };
    const a = guestSpec({ ...small, networks: [link('server')] });
    const b = guestSpec({ ...small, networks: [link('client'), { type: 'user', link: 'down' }] });
    for (const [name, spec] of Object.entries({ a, b })) {
      expect(await home.vm('up', home.spec(name, spec), '--wait', guestReady)).toMatchObject({ code: 0 });
    }
    const [first, second] = [await shell('a'), await shell('b')];
    first.run('ip address add 10.9.0.1/24 dev eth0; echo has $((1 + 1))');
    await until('an address', () => first.text().includes('has 2'), 30);
    second.run(
      'ip address add 10.9.0.2/24 dev eth0; ping -c 1 -W 10 10.9.0.1; echo carrier $(cat /sys/class/net/eth*/carrier)',
    );
    await until('an answer', () => /carrier \d \d/.test(second.text()), 30);
    expect(second.text()).toContain('1 packets received');
    expect(second.text()).toContain('carrier 1 0');
    first.end();
    second.end();
    for (const name of ['b', 'a']) expect(await home.vm('down', name, '--force')).toMatchObject({ code: 0 });
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });
});
