import { spawnSync } from 'node:child_process';
import { existsSync, fstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { list } from '../../src/runtime/list.js';
import { giveBackMacvtap, openMacvtaps, takeMacvtap } from '../../src/runtime/macvtap.js';
import { pathsOf } from '../../src/runtime/names.js';
import { ourselves } from '../../src/runtime/process.js';
import { readRecord, writeRecord } from '../../src/runtime/record.js';
import { up } from '../../src/runtime/up.js';
import { skipBecause } from '../support/skip.js';
import { makePlace, noQemu, type Place } from './support.js';

const lower = `vmm${process.pid % 1_000_000}a`;
const made = spawnSync(
  'ip',
  ['link', 'add', lower, 'type', 'veth', 'peer', 'name', `${lower.slice(0, -1)}b`],
  {
    encoding: 'utf8',
  },
);
function whyNoLower(): string | undefined {
  if (made.status !== 0) return `no interface can be made here: ${made.error?.message ?? made.stderr.trim()}`;
  return existsSync(`/sys/class/net/${lower}`) ? noQemu : '/sys is that of another network namespace';
}
const withoutLower = whyNoLower();
afterAll(() => {
  spawnSync('ip', ['link', 'delete', lower]);
});

const macvtaps = () =>
  readdirSync('/sys/class/net').filter((name) => existsSync(`/sys/class/net/${name}/lower_${lower}`));
const networks = [{ type: 'macvtap', interface: lower, vhost: false }];
const plan = {
  device: `${lower}t`,
  interface: lower,
  mode: 'private',
  mac: '52:54:00:00:00:07',
  mtu: 1400,
  descriptors: [4, 5],
} as const;

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.clear());

describe('a macvtap', () => {
  skipBecause(withoutLower);

  it('goes with a launch that fails, and with one that was killed', async () => {
    const failing = place.spec('a', { networks, qemu: { extraArgs: ['-no-such'] } });
    await expect(up(failing)).rejects.toThrow('-no-such');
    expect(macvtaps()).toEqual([]);
    await up(place.spec('a', { networks }));
    expect(macvtaps()).toHaveLength(1);
    const record = readRecord(pathsOf('a'));
    if (typeof record !== 'object') throw new Error('no record');
    const commander = { ...ourselves(), startTime: 1 };
    writeRecord(pathsOf('a'), { ...record, phase: 'starting', commander });
    expect(await list()).toEqual([]);
    expect(macvtaps()).toEqual([]);
  });

  it('has the address, the size of packets and the mode that were asked for, and is given back twice', async () => {
    await takeMacvtap({ kind: 'macvtap', ...plan });
    const value = (name: string) => readFileSync(`/sys/class/net/${plan.device}/${name}`, 'utf8').trim();
    expect([value('address'), value('mtu')]).toEqual([plan.mac, '1400']);
    const shown = spawnSync('ip', ['-d', 'link', 'show', plan.device], { encoding: 'utf8' });
    expect(shown.stdout).toContain('macvtap mode private');
    await expect(takeMacvtap({ kind: 'macvtap', ...plan })).rejects.toMatchObject({
      code: 'host.macvtap',
      message: expect.stringContaining('ip link add'),
    });
    await giveBackMacvtap({ kind: 'macvtap', ...plan });
    await giveBackMacvtap({ kind: 'macvtap', ...plan });
    expect(macvtaps()).toEqual([]);
  });

  it("is opened once a queue, by a node of our own where the kernel's is not here", async () => {
    const folder = mkdtempSync('/tmp/vmm-');
    await takeMacvtap({ kind: 'macvtap', ...plan });
    try {
      for (const devices of ['/dev', folder]) {
        const queues = await openMacvtaps([plan], folder, devices);
        expect(queues.map(({ fd }) => fstatSync(fd).isCharacterDevice())).toEqual([true, true]);
        await Promise.all(queues.map((queue) => queue.close()));
        expect(readdirSync(folder)).toEqual([]);
      }
    } finally {
      await giveBackMacvtap({ kind: 'macvtap', ...plan });
      rmSync(folder, { recursive: true });
    }
  });
});
