/** What is typed and polled most, beside bare Node. */
import { atMost, type Line, type Result } from './line.js';
import { timedUntil } from './processes.js';
import type { Subject } from './samples.js';
import { bareNode, medians, type World } from './world.js';

/** A VM that does next to nothing: its firmware finds nothing to boot. */
export const idleSpec = (accelerator: string) => `machine: {accelerator: ${accelerator}}
memory: {size: 32MiB}
placement: {vcpus: none, emulator: none, exclusive: false}
serial: [{type: socket}]
rng: false
`;

export async function measureReads(world: World): Promise<Result> {
  const { folder } = world;
  const names = Array.from({ length: 10 }, (_, index) => `idle${index}`);
  for (const name of names) folder.writeSpec(name, idleSpec(world.accelerator));
  await folder.vm(['up', ...names]);
  try {
    await folder.settle();
    return { lines: await readsAmong(world, 10, 10, 'idle5'), missing: [] };
  } finally {
    await folder.downAll();
  }
}

/** The reading verbs while so many VMs run. */
export async function readsAmong(world: World, vms: number, limit: number, name: string): Promise<Line[]> {
  const verbs: Subject[] = [
    verb(world, 'list'),
    verb(world, 'status', name),
    verb(world, '__complete', 'vms'),
    console(world, name),
  ];
  const of = await medians(world, `read-${vms}`, [bareNode, ...verbs]);
  return verbs.map(({ id }) =>
    atMost(limit, {
      id: `${id}-${vms}`,
      what: `vm ${id === '__complete' ? 'completion' : id} over bare Node, ${vms} VMs running`,
      unit: 'ms',
      value: of(id) - of('node'),
      from: { node: of('node'), [id]: of(id) },
    }),
  );
}

function verb({ folder }: World, id: string, ...args: string[]): Subject {
  return { id, measure: async () => (await folder.vm([id, ...args])).time };
}

/** Until it is attached. */
function console({ folder }: World, name: string): Subject {
  const measure = () =>
    timedUntil(folder.argv('console', name), 'Connected', { cwd: folder.path, env: folder.env });
  return { id: 'console', measure };
}
