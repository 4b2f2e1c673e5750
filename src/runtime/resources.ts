/** What a launch takes of the host besides QEMU itself. Each kind is a file, with a way to take it and one to give it back. */
import type { VmPlan } from '../plan/plan.js';
import { giveBackTap, refuseTakenTap, type TapResource, takeTap } from './tap.js';

export type Resource = TapResource;

const kinds = {
  tap: { refuseTaken: refuseTakenTap, take: takeTap, giveBack: giveBackTap },
} as const;

/** All that this plan needs, in the order in which it is taken. */
export function plannedResources({ taps }: VmPlan): Resource[] {
  return taps.map((tap) => ({ kind: 'tap', ...tap }));
}

/** Before they are written down as ours: what is there already is somebody else's. @throws VmError `host.*`. */
export function refuseTaken(resources: readonly Resource[]): void {
  for (const resource of resources) kinds[resource.kind].refuseTaken(resource);
}

export async function takeResource(resource: Resource): Promise<void> {
  await kinds[resource.kind].take(resource);
}

/** Does nothing where it was never taken, or is given back already. */
export async function giveBackResource(resource: Resource): Promise<void> {
  await kinds[resource.kind].giveBack(resource);
}
