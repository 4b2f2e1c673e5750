/** Users who are not root: their VMs on a bridge that root made, through a tap that is theirs or QEMU's helper, and by passt without root. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHome, until } from '../support/cli.js';
import { makeNamespaces, type Namespaces, whyNoNamespaces } from '../support/namespaces.js';
import { skipBecause } from '../support/skip.js';
import { bareSpec, guestReady, guestSpec } from '../support/specs.js';
import { guestBootOf, userHome, whyNoHelper } from '../support/user-home.js';

const whyNot = whyNoNamespaces('ip', 'nft', 'dnsmasq', 'setpriv');
const [alice, bob] = [65_534, 65_533];

let spaces: Namespaces;
let root: TestHome;
let homes: TestHome[];
beforeEach((context) => {
  if (whyNot !== undefined) context.skip(whyNot);
  spaces = makeNamespaces();
  root = new TestHome({ through: () => spaces.host });
  homes = [root];
});
afterEach(() => {
  if (whyNot !== undefined) return;
  for (const home of homes) home.dispose();
  spaces.dispose();
});

function homeOf(user: number, bridge?: string): TestHome {
  const home = userHome(spaces, { user, ...(bridge === undefined ? {} : { bridge }) });
  homes.push(home);
  return home;
}

const define = (network: object) => root.file('networks/lan.yaml', JSON.stringify(network));
const network = (...args: string[]) => root.vm('network', ...args);
const done = { code: 0 };
const interfaces = () => spaces.inHost('ls', '/sys/class/net').split('\n').filter(Boolean).sort();
const ports = () => spaces.inHost('ls', '/sys/class/net/lan/brif').split('\n').filter(Boolean);

/** Brings a guest up until it has an address of the network, and gives its name back. */
async function bootsWithAddress(home: TestHome, networks: object[]): Promise<void> {
  const spec = home.spec('guest', guestSpec({ boot: guestBootOf(home), networks }));
  const up = await home.vm('up', spec, '--wait', guestReady, '--timeout', '90s');
  expect({ code: up.code, stderr: up.code === 0 ? '' : up.stderr }).toEqual({ code: 0, stderr: '' });
  const log = join(home.state, 'guest/serial.log');
  await until('the lease', () => /vm-guest: eth0 \d+\./.test(readFileSync(log, 'utf8')), 30);
}

const inPath = (program: string) => spawnSync('which', [program]).status === 0;

async function pidOf(home: TestHome): Promise<number> {
  return (await home.json<{ pid: number }>('status', 'guest')).pid;
}

/** How many descriptors of the tap device a process has: one a queue. */
const queuesOf = (pid: number) =>
  readdirSync(`/proc/${pid}/fd`).filter((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === '/dev/net/tun')
    .length;

describe('a tap that root made for a user', () => {
  skipBecause(whyNot);

  const lan = {
    address: '10.77.0.1/24',
    mtu: 1400,
    taps: [
      { device: 'alice0', user: alice, multiQueue: true },
      { device: 'alice1', user: 'nobody' },
    ],
  };

  it('gives his guest an address, with several queues, and goes with the network', async () => {
    define(lan);
    expect(await network('up', 'lan')).toMatchObject(done);
    expect(ports()).toEqual(['alice0', 'alice1']);
    expect(await network('up', 'lan')).toMatchObject({ stderr: 'lan was up already\n' });
    const home = homeOf(alice);
    await bootsWithAddress(home, [
      { type: 'tap', device: 'alice0' },
      { type: 'tap', device: 'alice1' },
    ]);
    const pid = await pidOf(home);
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(new RegExp(`^Uid:\\s+${alice}\\s`, 'm'));
    expect(queuesOf(pid)).toBe(3);
    expect(await root.json('network', 'leases', 'lan')).toHaveLength(2);

    expect(await network('down', 'lan')).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(
        /in use by a VM of 65534 \(alice0\), a VM of nobody \(alice1\)/,
      ) as string,
    });
    define({ ...lan, taps: [{ device: 'alice0', user: bob }] });
    expect(await network('up', 'lan')).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('a VM of 65534 has alice0, which would have to go') as string,
    });
    expect(await home.vm('down', 'guest', '--force')).toMatchObject(done);
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
    // They outlive the VM, and not the network.
    expect(ports()).toEqual(['alice0', 'alice1']);
    expect(await network('up', 'lan')).toMatchObject({ stderr: 'lan is as its file says\n' });
    expect(ports()).toEqual(['alice0']);
    expect(await network('down', 'lan')).toMatchObject(done);
    expect(interfaces()).toEqual(['lo', 'up0']);
  });

  it('is opened by nobody else, made again where it is gone, and never taken from another', async () => {
    define(lan);
    expect(await network('up', 'lan')).toMatchObject(done);
    const home = homeOf(bob);
    const spec = home.spec('other', bareSpec({ networks: [{ type: 'tap', device: 'alice0' }] }));
    const { code, stderr } = await home.vm('up', spec, '--paused');
    expect(code).toBe(4);
    expect(stderr).toContain('could not configure /dev/net/tun (alice0): Operation not permitted');
    spaces.inHost('ip', 'link', 'delete', 'dev', 'alice0');
    spaces.inHost('ip', 'link', 'set', 'dev', 'alice1', 'nomaster');
    expect(await root.json('network', 'show', 'lan')).toMatchObject({
      state: 'degraded',
      problems: ['the tap alice0 is gone', 'the tap alice1 is no longer in the bridge'],
    });
    expect(await network('up', 'lan')).toMatchObject(done);
    expect(ports()).toEqual(['alice0', 'alice1']);
    expect(await network('down', 'lan')).toMatchObject(done);
    spaces.inHost('ip', 'tuntap', 'add', 'dev', 'alice1', 'mode', 'tap');
    expect(await network('up', 'lan')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is an interface alice1 already') as string,
    });
    expect(interfaces()).toEqual(['alice1', 'lo', 'up0']);
  });

  it('is undone after a kill -9 anywhere', async () => {
    define(lan);
    for (const delay of [0, 15, 30, 45, 60, 75]) {
      const up = root.spawn('network', 'up', 'lan');
      const ended = new Promise((wake) => up.on('close', wake));
      await until('the bridge is there', () => interfaces().includes('lan'));
      await new Promise((wake) => setTimeout(wake, delay));
      up.kill('SIGKILL');
      await ended;
      expect(await network('down', 'lan')).toMatchObject(done);
      expect({ delay, interfaces: interfaces() }).toEqual({ delay, interfaces: ['lo', 'up0'] });
    }
  });
});

describe("QEMU's bridge helper", () => {
  skipBecause(whyNot ?? whyNoHelper);

  it('brings the guest of a user onto the bridge, without being asked for', async () => {
    define({ address: '10.77.0.1/24' });
    expect(await network('up', 'lan')).toMatchObject(done);
    const home = homeOf(alice, 'lan');
    await bootsWithAddress(home, [{ type: 'bridge', bridge: 'lan' }]);
    expect(ports()).toHaveLength(1);
    expect(readFileSync(`/proc/${await pidOf(home)}/status`, 'utf8')).toMatch(/^Seccomp:\s+0$/m);
    expect(await home.vm('down', 'guest', '--force')).toMatchObject(done);
    expect(ports()).toEqual([]);
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });

  it('says which bridge it may not join, before QEMU is started', async () => {
    define({ address: '10.77.0.1/24' });
    expect(await network('up', 'lan')).toMatchObject(done);
    const home = homeOf(alice, 'another');
    const spec = home.spec('guest', bareSpec({ networks: [{ type: 'bridge', bridge: 'lan' }] }));
    const { code, stderr } = await home.vm('up', spec, '--paused');
    expect(code).toBe(3);
    expect(stderr).toContain('/etc/qemu/bridge.conf does not let /usr/lib/qemu/qemu-bridge-helper join lan');
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });
});

describe('passt', () => {
  skipBecause(whyNot ?? (inPath('passt') ? undefined : 'passt is not installed here'));

  it('gives the guest of a user an address and a way to the host, without root', async () => {
    spaces.inHost('ip', 'route', 'add', 'default', 'via', '10.88.0.2');
    const home = homeOf(alice);
    await bootsWithAddress(home, [{ type: 'passt', ipv6: false }]);
    const pids = home.processes();
    expect(pids).toHaveLength(2);
    for (const pid of pids)
      expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(new RegExp(`^Uid:\\s+${alice}\\s`, 'm'));
    expect(readFileSync(join(home.state, 'guest/serial.log'), 'utf8')).toMatch(/vm-guest: eth0 10\.88\.0\.1/);
    expect(await home.vm('down', 'guest', '--force')).toMatchObject(done);
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });
});
