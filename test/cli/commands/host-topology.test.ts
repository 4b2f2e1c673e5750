import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { offlineSiblings, writeHost, writeTree } from '../../support/hosts.js';
import { makeWorld, type World } from '../support/run-vm.js';

let world: World;
let tree: string;
beforeAll(async () => {
  world = await makeWorld();
  tree = join(world.cwd, 'tree');
  writeHost(tree, offlineSiblings());
  const pool = 'sys/devices/system/node/node0/hugepages/hugepages-2048kB';
  writeTree(tree, { [`${pool}/nr_hugepages`]: '4\n', [`${pool}/free_hugepages`]: '3\n' });
});
afterAll(() => world.remove());

const topology = (...args: string[]) => world.vm(['host', 'topology', ...args]);

it('prints exactly the fields that scripts rely on', () => {
  const { code, stdout, stderr } = topology('--sysroot', tree, '--format', 'json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { cpus, nodes, ...rest } = JSON.parse(stdout);
  expect(rest).toEqual({});
  expect(cpus).toHaveLength(8);
  expect(cpus[4]).toEqual({
    cpu: 4,
    online: true,
    node: 0,
    socket: 0,
    die: 0,
    core: 0,
    siblings: [0, 4],
    l2: [0, 4],
    l3: [0, 1, 2, 3, 4, 6],
    maxMhz: 4500,
    kind: null,
  });
  expect(cpus[5]).toEqual({
    cpu: 5,
    online: false,
    node: null,
    socket: null,
    die: null,
    core: null,
    siblings: [],
    l2: [],
    l3: [],
    maxMhz: null,
    kind: null,
  });
  expect(nodes).toEqual([
    {
      node: 0,
      cpus: [0, 1, 2, 3, 4, 6],
      memoryBytes: 64 * 1024 ** 3,
      hugepages: [{ pageBytes: 2 * 1024 ** 2, total: 4, free: 3 }],
      distances: [10],
    },
  ]);
});

it('draws for people and as a picture, of the machine in VM_SYSROOT too', () => {
  const table = topology('--sysroot', tree);
  expect(table).toMatchObject({ code: 0, stderr: '' });
  expect(table.stdout).toMatch(/^Socket 0\n {2}Node 0, 64GiB, 60GiB available\n/);
  const environment = world.vm(['host', 'topology'], { env: { VM_SYSROOT: tree } });
  expect(environment.stdout).toBe(table.stdout);
  expect(topology('--sysroot', tree, '--format', 'svg').stdout).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
});

it('draws this machine', () => {
  const { code, stdout } = topology();
  expect(code).toBe(0);
  expect(stdout).toContain('core ');
});

it('refuses a tree that is none', () => {
  expect(topology('--sysroot', '/nonexistent')).toMatchObject({ code: 64, stdout: '' });
});
