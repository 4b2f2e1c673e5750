/** How long `vm down` goes on when QEMU has ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, type Result } from './line.js';
import { runs } from './processes.js';
import { smallSpec } from './up.js';
import { medians, type World } from './world.js';

const name = 'ending';

export async function measureDown(world: World): Promise<Result> {
  const { folder, accelerator } = world;
  folder.writeSpec(name, smallSpec(folder.disk, accelerator));
  const measure = async () => {
    await folder.vm(['up', name]);
    const qemu = await folder.pidOf(name);
    const exit = exitOf(qemu);
    const { ended } = await folder.vm(['down', name, '--force']);
    return ended - (await exit);
  };
  const of = await medians(world, 'down', [{ id: 'after exit', measure }]);
  const value = of('after exit');
  const what = 'vm down returns after the exit of QEMU';
  return { lines: [atMost(20, { id: 'down', what, unit: 'ms', value, from: {} })], missing: [] };
}

/** When it was seen to have ended, by performance.now(). */
async function exitOf(pid: number): Promise<number> {
  while (runs(pid)) await sleep(1);
  return performance.now();
}
