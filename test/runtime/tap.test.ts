import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compile } from '../../src/runtime/compile.js';
import { list } from '../../src/runtime/list.js';
import { pathsOf } from '../../src/runtime/names.js';
import { ourselves } from '../../src/runtime/process.js';
import { readRecord, writeRecord } from '../../src/runtime/record.js';
import { giveBackTap, takeTap } from '../../src/runtime/tap.js';
import { up } from '../../src/runtime/up.js';
import { get } from '../../src/runtime/vm.js';
import { skipBecause } from '../support/skip.js';
import { makePlace, noQemu, type Place } from './support.js';

const bridge = `vmt${process.pid}`;
const made = spawnSync('ip', ['link', 'add', bridge, 'type', 'bridge'], { encoding: 'utf8' });
function whyNoBridge(): string | undefined {
  if (made.status !== 0) return `no bridge can be made here: ${made.error?.message ?? made.stderr.trim()}`;
  return existsSync(`/sys/class/net/${bridge}`) ? noQemu : '/sys is that of another network namespace';
}
const withoutBridge = whyNoBridge();
afterAll(() => {
  spawnSync('ip', ['link', 'delete', bridge]);
});

const ports = () => readdirSync(`/sys/class/net/${bridge}/brif`);
const networks = [{ type: 'bridge', bridge, vhost: false }];

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.clear());

describe('a tap', () => {
  skipBecause(withoutBridge);

  it('is in its bridge while the VM runs', async () => {
    const vm = await up(place.spec('a', { networks }));
    expect(ports()).toHaveLength(1);
    await vm.down({ force: true });
    expect(ports()).toEqual([]);
  });

  it('goes with a launch that fails, and with one that was killed', async () => {
    await expect(up(place.spec('a', { networks, qemu: { extraArgs: ['-no-such'] } }))).rejects.toThrow(
      '-no-such',
    );
    expect(ports()).toEqual([]);
    await up(place.spec('a', { networks }));
    const record = readRecord(pathsOf('a'));
    if (typeof record !== 'object') throw new Error('no record');
    writeRecord(pathsOf('a'), {
      ...record,
      phase: 'starting',
      commander: { ...ourselves(), startTime: 1 },
    });
    expect(await list()).toEqual([]);
    expect(ports()).toEqual([]);
  });

  it("is not another VM's of the same name", async () => {
    const first = place;
    await up(first.spec('a', { networks }));
    const [tap] = ports();
    const second = makePlace();
    try {
      await expect(up(second.spec('a', { networks, qemu: { extraArgs: ['-no-such'] } }))).rejects.toThrow(
        '-no-such',
      );
      expect(ports()).toEqual([tap]);
      await up(second.spec('a', { networks }));
      expect(ports()).toHaveLength(2);
    } finally {
      await get('a').down({ force: true });
      await second.clear();
    }
    expect(ports()).toEqual([tap]);
    process.env.VM_RUNTIME_DIR = first.runtime;
    await get('a').down({ force: true });
    expect(ports()).toEqual([]);
  });

  it('is not taken for ours where there is one already', async () => {
    const { plan } = await compile(place.spec('a', { networks }));
    const [tap] = plan.taps;
    if (tap === undefined) throw new Error('no tap');
    await takeTap({ kind: 'tap', ...tap });
    await expect(up(place.spec('a', { networks }))).rejects.toMatchObject({
      code: 'host.tap',
      hint: expect.stringContaining(`ip link delete dev ${tap.device}`),
    });
    expect(ports()).toEqual([tap.device]);
    await giveBackTap({ kind: 'tap', ...tap });
  });

  it('can be given back twice, and what `ip` says is told', async () => {
    const tap = {
      kind: 'tap',
      device: `${bridge}t`,
      bridge,
      multiQueue: true,
      mtu: 1400,
      isolated: true,
    } as const;
    await takeTap(tap);
    await expect(takeTap(tap)).rejects.toMatchObject({
      code: 'host.tap',
      message: expect.stringContaining('ip tuntap add'),
    });
    await giveBackTap(tap);
    await giveBackTap(tap);
    expect(existsSync(`/sys/class/net/${tap.device}`)).toBe(false);
  });
});
