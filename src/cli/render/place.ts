/** What `vm place` did, for people. Pure. */
import type { MovedThread, PlaceResult } from '../../runtime/place-vm.js';
import { schedulingInWords } from '../../runtime/scheduling.js';
import { formatCpuList } from '../../units.js';

/** A line for each thread that was moved, and one for all. */
export function renderMoved(name: string, { threads, moved }: PlaceResult): string {
  const summary =
    moved.length === 0
      ? `${name}: all ${threads} threads are in their places`
      : `${name}: ${moved.length} of ${threads} threads moved`;
  return [...moved.map(movedInWords), summary].map((line) => `${line}\n`).join('');
}

function movedInWords({ what, threadId, cpus, scheduling }: MovedThread): string {
  const changes = [
    ...(cpus === null ? [] : [`CPUs ${formatCpuList(cpus.from)} → ${formatCpuList(cpus.to)}`]),
    ...(scheduling === null
      ? []
      : [`${schedulingInWords(scheduling.from)} → ${schedulingInWords(scheduling.to)}`]),
  ];
  return `${what} (thread ${threadId}): ${changes.join(', ')}`;
}
