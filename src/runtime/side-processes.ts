/** All processes beside QEMU of a launch, started side by side. */
import { isAlive } from './process.js';
import type { Resource } from './resource-kinds.js';
import { type SideProcessResource, startSideProcess } from './side-process.js';

interface SideOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((step: string) => void) | undefined;
}

/**
 * @returns the resources, those that were started with who they are.
 * @throws VmError `host.side-process` of the first that failed; all have come up or failed by then, so that none comes up behind the
 *   back of one who undoes.
 */
export async function startSideProcesses(
  resources: readonly Resource[],
  { signal, onProgress }: SideOptions,
): Promise<Resource[]> {
  const wanted = resources.filter(isSideProcess);
  if (wanted.length > 0) onProgress?.(`starting ${wanted.map(({ id }) => id).join(', ')}`);
  const outcomes = await Promise.allSettled(
    resources.map(async (resource) =>
      isSideProcess(resource) ? startSideProcess(resource, signal) : resource,
    ),
  );
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

function isSideProcess(resource: Resource): resource is SideProcessResource {
  return resource.kind === 'sideProcess';
}

/** Those that were started and are gone. */
export function deadSideProcesses(resources: readonly Resource[]): SideProcessResource[] {
  return resources.filter(isSideProcess).filter(({ identity }) => identity !== null && !isAlive(identity));
}
