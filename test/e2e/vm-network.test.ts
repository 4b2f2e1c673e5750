import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHome, until } from '../support/cli.js';
import { bootGuest } from '../support/guest-boot.js';
import { makeNamespaces, type Namespaces, whyNoNamespaces } from '../support/namespaces.js';
import { skipBecause } from '../support/skip.js';
import { guestSpec } from '../support/specs.js';

const lan = { address: '10.77.0.1/24', domain: 'lan.test' };
const whyNot = whyNoNamespaces('ip', 'nft', 'dnsmasq', 'busybox');

let spaces: Namespaces;
let home: TestHome;
const server: ChildProcess[] = [];
beforeEach((context) => {
  if (whyNot !== undefined) context.skip(whyNot);
  spaces = makeNamespaces();
  home = new TestHome({ through: () => spaces.host });
});
afterEach(() => {
  if (whyNot !== undefined) return;
  for (const process of server.splice(0)) process.kill('SIGKILL');
  home.dispose();
  spaces.dispose();
});

const define = (name: string, network: object) => home.file(`networks/${name}.yaml`, JSON.stringify(network));
const network = (...args: string[]) => home.vm('network', ...args);
const done = { code: 0 };
const forwarding = (version: 4 | 6 = 4) =>
  spaces
    .inHost('cat', version === 4 ? '/proc/sys/net/ipv4/ip_forward' : '/proc/sys/net/ipv6/conf/all/forwarding')
    .trim();

/** What a network can leave in the namespace of the host. */
const traces = () => ({
  interfaces: spaces.inHost('ls', '/sys/class/net').split('\n').filter(Boolean).sort(),
  rules: spaces.inHost('nft', 'list', 'ruleset'),
  forwarding: [forwarding(4), forwarding(6)],
  processes: home.processes(),
});
const untouched = { interfaces: ['lo', 'up0'], rules: '', forwarding: ['0', '0'], processes: [] };

interface State {
  readonly name: string;
  readonly state: string;
  readonly problems: readonly string[];
  readonly pid: number;
}
const stateOf = async (name: string) => home.json<State>('network', 'show', name);

describe('vm network, in a namespace', () => {
  skipBecause(whyNot);

  it('makes all that the file says, once, and leaves nothing', async () => {
    const before = traces();
    expect(before).toEqual(untouched);
    define('lan', { ...lan, address6: 'fd77::1/64', mtu: 1400 });
    expect(await network('up', 'lan')).toMatchObject({ code: 0, stderr: 'lan is up\n' });
    expect(spaces.inHost('ip', 'address', 'show', 'dev', 'lan')).toMatch(
      /mtu 1400.*inet 10\.77\.0\.1\/24 brd 10\.77\.0\.255.*inet6 fd77::1\/64/s,
    );
    expect(traces()).toMatchObject({ forwarding: ['1', '1'], rules: expect.stringContaining('vm_lan') });
    const { state, problems, pid } = await stateOf('lan');
    expect({ state, problems }).toEqual({ state: 'up', problems: [] });
    // Nobody's right is left to it but that to its ports.
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).not.toMatch(/^Uid:\s+0/m);
    expect(await network('up', 'lan')).toMatchObject({ code: 0, stderr: 'lan was up already\n' });
    expect((await stateOf('lan')).pid).toBe(pid);
    expect(await network('down', 'lan')).toMatchObject(done);
    expect(traces()).toEqual(before);
    expect(await network('down', 'lan')).toMatchObject({ code: 0, stderr: 'lan was down already\n' });
    expect(await network('remove', 'lan')).toMatchObject(done);
    expect(existsSync(join(home.state, 'host/networks/lan'))).toBe(false);
  });

  it('repairs what is gone, and takes over what was changed', async () => {
    define('lan', lan);
    expect(await network('up', 'lan')).toMatchObject(done);
    process.kill((await stateOf('lan')).pid, 'SIGKILL');
    spaces.inHost('nft', 'delete', 'table', 'inet', 'vm_lan');
    await until('dnsmasq is gone', () => home.processes().length === 0);
    expect(await stateOf('lan')).toMatchObject({
      state: 'degraded',
      problems: ['the table vm_lan of nft is gone', 'its dnsmasq has ended'],
    });
    expect(await network('up', 'lan')).toMatchObject({ code: 0, stderr: 'lan is as its file says\n' });
    expect(await stateOf('lan')).toMatchObject({ state: 'up' });
    define('lan', { address: '10.78.0.1/24', mode: 'isolated' });
    expect(await network('up', 'lan')).toMatchObject(done);
    expect(spaces.inHost('ip', '-brief', 'address', 'show', 'dev', 'lan')).not.toContain('10.77.');
    expect(forwarding()).toBe('0');
    define('lan', { address: '10.78.0.1/24', mode: 'routed' });
    expect(await network('up', 'lan')).toMatchObject(done);
    expect(traces()).toMatchObject({ rules: '', forwarding: ['1', '0'] });
    expect(await network('down', 'lan')).toMatchObject(done);
    expect(traces()).toEqual(untouched);
  });

  it('leaves forwarding on as long as one needs it, and as it was', async () => {
    define('a', { address: '10.71.0.1/24' });
    define('b', { address: '10.72.0.1/24' });
    const both = await Promise.all([network('up', 'a'), network('up', 'b')]);
    expect(both).toMatchObject([done, done]);
    expect(await network('down', 'a')).toMatchObject(done);
    expect(forwarding()).toBe('1');
    expect(await network('down', 'b')).toMatchObject(done);
    expect(forwarding()).toBe('0');
    spaces.inHost('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
    expect(await network('up', 'a')).toMatchObject(done);
    expect(await network('down', 'a')).toMatchObject(done);
    expect(forwarding()).toBe('1');
  });

  it("takes nothing that is another's, and says in the tools' words what fails", async () => {
    define('lan', lan);
    spaces.inHost('ip', 'link', 'add', 'name', 'lan', 'type', 'bridge');
    expect(await network('up', 'lan')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('an interface lan'),
    });
    spaces.inHost('ip', 'link', 'delete', 'dev', 'lan');
    spaces.inHost('nft', 'add', 'table', 'inet', 'vm_lan');
    expect(await network('up', 'lan')).toMatchObject({ code: 3, stderr: expect.stringContaining('vm_lan') });
    spaces.inHost('nft', 'delete', 'table', 'inet', 'vm_lan');
    define('wide', { address: '10.88.7.1/16' });
    expect(await network('up', 'wide')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('10.88.0.0/16 overlaps with 10.88.0.1/24, which up0 has'),
    });
    // Another server on the port of DHCP.
    const other = spawn(spaces.host[0] ?? '', [
      ...spaces.host.slice(1),
      ...['dnsmasq', '--keep-in-foreground', '--conf-file=/dev/null', '--port=0', '--pid-file='],
      ...['--dhcp-range=10.88.0.50,10.88.0.60', `--dhcp-leasefile=${home.file('other', '')}`],
    ]);
    server.push(other);
    await until('the other listens', () => spaces.inHost('cat', '/proc/net/udp').includes(':0043 '));
    const { code, stderr } = await network('up', 'lan');
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringMatching(/dnsmasq: failed to .*in use/),
    });
    other.kill('SIGKILL');
    await until('the other is gone', () => home.processes().length === 0);
    expect(traces()).toEqual(untouched);
  });

  it('is undone after a kill -9 anywhere, or whole', async () => {
    define('lan', lan);
    const record = join(home.state, 'host/networks/lan/record.json');
    const phases: string[] = [];
    for (let delay = 0; delay <= 140; delay += 20) {
      const up = home.spawn('network', 'up', 'lan');
      const ended = new Promise((wake) => up.on('close', wake));
      await until('it is written down', () => existsSync(record));
      await new Promise((wake) => setTimeout(wake, delay));
      up.kill('SIGKILL');
      await ended;
      phases.push((JSON.parse(readFileSync(record, 'utf8')) as { phase: string }).phase);
      expect(await network('down', 'lan')).toMatchObject(done);
      expect({ delay, ...traces() }).toEqual({ delay, ...untouched });
    }
    expect(phases).toContain('starting');
  });

  it('gives a real guest its address, and a way out that is none in', async () => {
    define('lan', { ...lan, hosts: [{ vm: 'web', address: '10.77.0.9', name: 'www' }] });
    expect(await network('up', 'lan')).toMatchObject(done);
    const content = randomBytes(300_000);
    home.file('www/file', content);
    server.push(
      spawn(spaces.outside[0] ?? '', [
        ...spaces.outside.slice(1),
        ...['busybox', 'httpd', '-f', '-p', '10.88.0.2:80', '-h', join(home.folder, 'www')],
      ]),
    );
    const networks = [{ type: 'bridge', bridge: 'lan', vhost: false, queues: 2 }];
    const guest = await bootGuest(home, 'web', guestSpec({ networks }));
    const log = join(home.state, 'web/serial.log');
    await until('the lease', () => /vm-guest: eth0 10\.77\.0\.9/.test(readFileSync(log, 'utf8')), 30);
    expect(await home.json('network', 'leases', 'lan')).toMatchObject([
      { address: '10.77.0.9', vm: 'web', mac: expect.stringMatching(/^52:54:00:/) },
    ]);
    expect(await home.json('status', 'web')).toMatchObject({ networks: [{ addresses: ['10.77.0.9'] }] });
    expect(await guest.run('ping -c 1 -W 10 10.77.0.1')).toContain('1 packets received');
    // The outside knows no way to 10.77.0.9: an answer shows that it saw the host's address.
    const hash = createHash('sha256').update(content).digest('hex');
    expect(await guest.run('wget -q -O - http://10.88.0.2/file | sha256sum', 60)).toContain(hash);
    expect(await guest.run('nslookup www.lan.test 10.77.0.1')).toContain('10.77.0.9');
    // Even one that knows the way is not let in.
    spaces.inOutside('ip', 'route', 'add', '10.77.0.0/24', 'via', '10.88.0.1');
    const fromOutside = () => spaces.inOutside('busybox', 'ping', '-c', '1', '-W', '2', '10.77.0.9');
    expect(fromOutside).toThrow('100% packet loss');
    define('lan', { ...lan, mode: 'routed' });
    expect(await network('up', 'lan')).toMatchObject(done);
    expect(fromOutside()).toContain('1 packets received');
    define('lan', { ...lan, mode: 'isolated' });
    expect(await network('up', 'lan')).toMatchObject(done);
    expect(await guest.run('ping -c 1 -W 2 10.88.0.2 || true')).toContain('100% packet loss');
    expect(await guest.run('ping -c 1 -W 10 10.77.0.1')).toContain('1 packets received');
    expect(await network('down', 'lan')).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('in use by web'),
    });
    guest.close();
    expect(await home.vm('down', 'web', '--force')).toMatchObject(done);
    expect(await network('down', 'lan')).toMatchObject(done);
    for (const process of server.splice(0)) process.kill('SIGKILL');
    await until('the server is gone', () => home.processes().length === 0);
    expect(traces()).toEqual(untouched);
  });
});
