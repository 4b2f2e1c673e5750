import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { qemuFeatures } from '../../src/plan/qemu-features.js';
import { readCapabilities } from '../../src/qemu/capabilities.js';
import { whyNoQemu } from '../qmp/real-qemu.js';
import { importGraph, readSources } from '../support/import-graph.js';
import { skipBecause } from '../support/skip.js';
import { QemuHome } from './support/fake-qemu.js';

describe('the QEMU here', () => {
  skipBecause(whyNoQemu);

  let home: QemuHome;
  beforeEach(() => {
    home = new QemuHome();
  });
  afterEach(() => home.dispose());

  const cacheFile = () => {
    const folder = join(home.folder, 'cache');
    const [name = '', ...more] = readdirSync(folder);
    expect(more).toEqual([]);
    return join(folder, name);
  };

  it('tells what it can do', async () => {
    const qemu = await readCapabilities(home.counted());
    expect(qemu.accelerators).toContain('tcg');
    expect(qemu.machines.find(({ alias }) => alias === 'q35')).toMatchObject({
      name: expect.stringMatching(/^pc-q35-\d+\.\d+$/),
      deprecated: false,
      hotpluggableCpus: true,
    });
    expect(qemu.cpuModels.map(({ name }) => name)).toEqual(expect.arrayContaining(['max', 'qemu64']));
    expect(qemu.commands).toContain('query-cpus-fast');
    expect(qemu.events).toContain('SHUTDOWN');
    expect(qemu.devices).toEqual(expect.arrayContaining(['virtio-blk-pci', 'pcie-root-port', 'intel-iommu']));
    expect(qemu.deviceProperties['virtio-net-pci']).toEqual(
      expect.arrayContaining(['mac', 'mq', 'host_mtu']),
    );
    expect(qemu.cpuProperties).toEqual(expect.arrayContaining(['l3-cache', 'svm', 'vmx', 'topoext']));
    expect(qemuFeatures(qemu).has('jsonDevice')).toBe(true);
  });

  it('is asked once: the cache is small, private and fast', async () => {
    const binary = home.counted();
    const asked = await readCapabilities(binary);
    const { size, mode } = statSync(cacheFile());
    expect(size).toBeLessThan(300_000);
    expect(mode & 0o777).toBe(0o600);
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      const began = performance.now();
      expect(await readCapabilities(binary)).toEqual(asked);
      times.push(performance.now() - began);
    }
    expect(home.starts()).toBe(1);
    expect(Math.min(...times)).toBeLessThan(30);
  });

  it('is asked once by many at the same time', async () => {
    const binary = home.counted();
    const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => readCapabilities(binary)));
    for (const other of others) expect(other).toEqual(first);
    expect(home.starts()).toBe(1);
  });

  it.each<[string, (text: string) => string]>([
    ['cut off', (text) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['something else', () => 'null'],
    ['altered', (text) => text.replace('"virtio-blk-pci"', '"virtio-blk-pcj"')],
    ['of an older form', (text) => text.replace('"capabilities":', '"caps":')],
  ])('is asked again when the cache is %s', async (_how, spoil) => {
    const binary = home.counted();
    const asked = await readCapabilities(binary);
    const path = cacheFile();
    const text = readFileSync(path, 'utf8');
    expect(spoil(text)).not.toBe(text);
    writeFileSync(path, spoil(text));
    expect(await readCapabilities(binary)).toEqual(asked);
    expect(home.starts()).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('is asked again when the binary is another', async () => {
    const binary = home.counted();
    await readCapabilities(binary);
    utimesSync(binary, 1, 1);
    await readCapabilities(binary);
    expect(home.starts()).toBe(2);
  });

  it('is asked each time where nothing can be kept', async () => {
    const binary = home.counted();
    process.env.VM_CACHE_DIR = join(binary, 'no folder');
    await readCapabilities(binary);
    await readCapabilities(binary);
    expect(home.starts()).toBe(2);
  });
});

describe('vm list and vm status', () => {
  it('load nothing of it', () => {
    const graph = importGraph(readSources(join(import.meta.dirname, '../../src')));
    const loaded = new Set(['cli/main.ts', 'cli/commands/list.ts', 'cli/commands/status.ts']);
    for (const file of loaded) {
      for (const { target, kind, typeOnly, dynamic } of graph.get(file) ?? []) {
        if (kind === 'file' && !typeOnly && !dynamic) loaded.add(target);
      }
    }
    expect([...loaded].filter((file) => /qemu\/|command\/check|qemu-/.test(file))).toEqual([]);
    expect(loaded.size).toBeGreaterThan(10);
  });
});
