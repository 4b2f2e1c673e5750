import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostFacts, writeHost, writeTree } from '../../support/hosts.js';
import { makeWorld, type World } from '../support/run-vm.js';

let world: World;
let tree: string;
beforeAll(async () => {
  world = await makeWorld();
  tree = join(world.cwd, 'tree');
  writeHost(tree, hostFacts({ coresPerL3: 2, threads: 2, isolated: [3] }));
  const node = 'sys/devices/system/node/node0/hugepages/hugepages-2048kB';
  const whole = 'sys/kernel/mm/hugepages/hugepages-2048kB';
  writeTree(tree, {
    [`${node}/nr_hugepages`]: '9\n',
    [`${node}/free_hugepages`]: '7\n',
    [`${whole}/nr_hugepages`]: '9\n',
    [`${whole}/free_hugepages`]: '7\n',
    [`${whole}/resv_hugepages`]: '3\n',
  });
});
afterAll(() => world.remove());

it('shows pools of huge pages, with what is promised', () => {
  expect(world.vm(['host', 'hugepages', '--sysroot', tree])).toEqual({
    code: 0,
    stderr: '',
    stdout: `SIZE  NODE  TOTAL  FREE  USED BY
2MiB     0      9     7  others 2
3 free pages of 2MiB are promised already.
`,
  });
  const { stdout } = world.vm(['host', 'hugepages', '--sysroot', tree, '--format', 'json']);
  expect(JSON.parse(stdout)).toEqual({
    pools: [{ node: 0, pageBytes: 2 * 1024 ** 2, total: 9, free: 7, vms: [], others: 2 }],
    reserved: [{ pageBytes: 2 * 1024 ** 2, pages: 3 }],
  });
});

it('shows what each CPU is there for', () => {
  const { stdout, stderr } = world.vm(['host', 'cpus', '--sysroot', tree]);
  expect(stderr).toBe('');
  expect(stdout).toBe(`CPU  NODE  CORE  USE       KERNEL    THREADS
  0     0     0  host
  1     0     1  free
  2     0     0  host
  3     0     1  isolated  isolated
`);
  const { cpus } = JSON.parse(world.vm(['host', 'cpus', '--sysroot', tree, '--format', 'json']).stdout);
  expect(cpus[3]).toEqual({
    cpu: 3,
    node: 0,
    core: 1,
    use: 'isolated',
    isolated: true,
    nohzFull: false,
    threads: [],
  });
});
