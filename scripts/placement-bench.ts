/**
 * Plans 500 VMs on 1,024 CPUs one after the other, then one more, and says how much processor time each took.
 *
 * Usage: npx tsx scripts/placement-bench.ts
 */
import type { Claim } from '../src/plan/facts.js';
import { planPlacement } from '../src/plan/placement/placement.js';
import { vmSpecSchema } from '../src/spec/schema.js';
import { hostFacts } from '../test/support/hosts.js';

const host = hostFacts({ sockets: 4, nodesPerSocket: 2, l3PerNode: 8, coresPerL3: 8, threads: 2 });
const claims: Claim[] = [];
const times = Array.from({ length: 501 }, (_, index) => {
  const vcpus = index % 50 === 0 ? 16 : 1 + (index % 2);
  const spec = vmSpecSchema.parse({ name: `vm${index}`, cpu: { vcpus } });
  const before = process.cpuUsage();
  const { placement } = planPlacement({ spec, host, claims });
  const { user, system } = process.cpuUsage(before);
  claims.push({ vm: spec.name, exclusiveCpus: placement.exclusiveCpus });
  return (user + system) / 1000;
});
const average = times.slice(0, 500).reduce((sum, time) => sum + time, 0) / 500;
const round = (time: number | undefined) => `${(time ?? 0).toFixed(1)} ms`;
process.stdout.write(`500 VMs: ${round(average)} each; the next one: ${round(times[500])}\n`);
