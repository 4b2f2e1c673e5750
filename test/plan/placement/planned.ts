/** Plans for tests of placement, and short ways to look at them. */
import type { Claim, FileFacts, HostFacts } from '../../../src/plan/facts.js';
import { planPlacement } from '../../../src/plan/placement/placement.js';
import { vmSpecSchema } from '../../../src/spec/schema.js';

interface Wish {
  readonly vcpus?: number;
  readonly cpu?: object;
  readonly placement?: object;
  readonly ioThreads?: number;
  readonly claims?: readonly Claim[];
  readonly smtVisible?: boolean;
  /** Other sections of the spec. */
  readonly spec?: object;
  readonly files?: ReadonlyMap<string, FileFacts>;
}

/** Plans the placement of one VM; `cpus` are those that its vCPUs are pinned to, in order. */
export function plan(
  host: HostFacts,
  {
    vcpus = 1,
    cpu = {},
    placement = {},
    ioThreads = 0,
    claims = [],
    smtVisible = true,
    spec: more = {},
    files = new Map(),
  }: Wish,
) {
  const spec = vmSpecSchema.parse({ name: 'x', cpu: { vcpus, ...cpu }, placement, ioThreads, ...more });
  const result = planPlacement({ spec, host, claims, files, smtVisible });
  return { ...result, cpus: result.placement.vcpus.map(({ cpu: pinned }) => pinned) };
}

export const topology = (sockets: number, dies: number, cores: number, threads: number) => ({
  sockets,
  dies,
  cores,
  threads,
});
export const claim = (vm: string, ...exclusiveCpus: number[]): Claim => ({ vm, exclusiveCpus });
export const decisionOn = ({ decisions }: ReturnType<typeof plan>, key: string) =>
  decisions.find((decision) => decision.key === key);
export const messages = (result: ReturnType<typeof plan>) =>
  result.findings.map(({ severity, message }) => `${severity}: ${message}`);
