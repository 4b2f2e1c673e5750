/** Every promise of a spec, held against the system that runs. Pure. */
import type { VmSpec } from '../../spec/schema.js';
import type { PlacementPlan, VmPlan } from '../plan.js';
import { judgeCache } from './cache.js';
import { type Check, judged, skipped } from './check.js';
import { judgeCpu } from './cpu.js';
import { judgeLimits, judgePartition } from './groups.js';
import { judgeInterrupts } from './interrupts.js';
import { judgeMemory } from './memory.js';
import type { RunningVm } from './running.js';
import { judgeThreads } from './threads.js';

export interface VerifyInput {
  readonly spec: VmSpec;
  /** What the spec comes to on this host: placement as `chooseMeasure` has it, and what follows from that. */
  readonly plan: Pick<VmPlan, 'placement' | 'memory' | 'cpu' | 'accelerator' | 'cacheGroups'>;
  readonly running: RunningVm;
}

export function verifyPromises({ spec, plan, running }: VerifyInput): Check[] {
  return [
    ...judgeRelaxed(spec, plan.placement),
    ...judgeThreads({ name: spec.name, placement: plan.placement, running }),
    ...judgeMemory(spec.name, plan.memory, running),
    ...judgeCpu(spec, plan, running),
    ...judgeCache(spec, plan.cacheGroups, running),
    ...judgePartition(spec, plan.placement, running),
    ...judgeInterrupts(spec, plan.placement, running),
    ...judgeLimits(spec, plan.memory, running),
  ];
}

/** `auto` says what it gives up, and `strict` gives up nothing. */
function judgeRelaxed({ placement }: VmSpec, { relaxed }: PlacementPlan): Check[] {
  return relaxed.map((sentence, index) => {
    const id = `placement.relaxed.${index}`;
    const promise = 'placement gives every thread the best place that a host can have';
    const advice = 'Make room for it, or give it fewer vCPUs.';
    return placement.vcpus === 'strict'
      ? judged(id, promise, false, sentence, advice)
      : skipped(id, promise, `given up: ${sentence}`, advice);
  });
}
