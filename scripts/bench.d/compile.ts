/** The compiler: as a command, and by itself in one process. */
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compileCommand } from '../../src/command/compile-plan.js';
import { readHostFacts } from '../../src/host/facts.js';
import type { Claim } from '../../src/plan/facts.js';
import type { PlanInput } from '../../src/plan/input.js';
import { planPlacement } from '../../src/plan/placement/placement.js';
import { planVm } from '../../src/plan/plan-vm.js';
import { readSpecFile } from '../../src/runtime/find-spec.js';
import { loadSpec } from '../../src/spec/load.js';
import { vmSpecSchema } from '../../src/spec/schema.js';
import { hostFacts } from '../../test/support/hosts.js';
import { kvmWorks } from '../../test/support/planning.js';
import { atLeast, atMost, type Line, type Result } from './line.js';
import { median } from './samples.js';
import { bareNode, medians, type World } from './world.js';

const specs = resolve(import.meta.dirname, '../../vms');

export async function measureCompile(world: World): Promise<Result> {
  return { lines: [await wholeCommand(world), compilerAlone(), nextPlacement()], missing: [] };
}

function specFiles(): string[] {
  return readdirSync(specs).map((file) => join(specs, file));
}

/** `vm command` of the largest spec. */
async function wholeCommand(world: World): Promise<Line> {
  const [largest = ''] = specFiles().sort((a, b) => statSync(b).size - statSync(a).size);
  const measure = async () => (await world.folder.vm(['command', largest])).time;
  const of = await medians(world, 'command', [bareNode, { id: 'command', measure }]);
  return atMost(120, {
    id: 'command',
    what: `vm command of the largest spec (${largest.slice(specs.length + 1)}), whole`,
    unit: 'ms',
    value: of('command'),
    from: { node: of('node') },
  });
}

/** Plan and command line of every spec in `vms/`, for half a second each, when the code is warm. */
function compilerAlone(): Line {
  const host = readHostFacts();
  const rates: Record<string, number> = {};
  for (const file of specFiles()) {
    const { spec, profile } = loadSpec(readSpecFile(file), { read: readSpecFile });
    const roots = { runtime: '/run/vm', state: '/var/lib/vm' };
    const input: PlanInput = {
      spec,
      profile,
      host,
      files: new Map(),
      qemu: kvmWorks,
      claims: [],
      resctrl: null,
      roots,
    };
    const compile = () => compileCommand(planVm(input));
    perSecond(compile, 300);
    rates[spec.name] = perSecond(compile, 500);
  }
  const what = 'plan and command line in one process, the slowest spec of vms/';
  return atLeast(2000, {
    id: 'compile',
    what,
    unit: 'a second',
    value: Math.min(...Object.values(rates)),
    from: rates,
  });
}

function perSecond(task: () => unknown, milliseconds: number): number {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < milliseconds) {
    task();
    count += 1;
  }
  return (count * 1000) / (performance.now() - start);
}

/** The next VM on 1,024 CPUs where 500 run. */
function nextPlacement(): Line {
  const host = hostFacts({ sockets: 4, nodesPerSocket: 2, l3PerNode: 8, coresPerL3: 8, threads: 2 });
  const claims: Claim[] = [];
  const place = (name: string, vcpus: number) => {
    const spec = vmSpecSchema.parse({ name, cpu: { vcpus } });
    const start = performance.now();
    const { placement } = planPlacement({ spec, host, claims });
    return { time: performance.now() - start, claim: { vm: name, exclusiveCpus: placement.exclusiveCpus } };
  };
  for (let index = 0; index < 500; index += 1)
    claims.push(place(`vm${index}`, index % 50 === 0 ? 16 : 1 + (index % 2)).claim);
  const times = Array.from({ length: 20 }, () => place('next', 4).time);
  const what = 'placement of the next VM, 500 VMs on 1,024 CPUs';
  return atMost(10, { id: 'placement', what, unit: 'ms', value: median(times), from: {} });
}
