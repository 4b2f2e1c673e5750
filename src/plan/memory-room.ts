/** Whether this host has the memory that a plan wants. Pure. */
import { formatBytes, formatRoughBytes } from '../units.js';
import type { Claim, HostFacts, HugepagePool } from './facts.js';
import type { PlanNotes } from './findings.js';
import { canAddPages, poolUse } from './hugepages.js';
import type { MemoryBackend, MemoryPlan, PoolUse } from './plan.js';

interface RoomInput extends PlanNotes {
  readonly host: HostFacts;
  readonly claims: readonly Claim[];
}

/**
 * Huge pages that are not free are for the launch to add, where it can; else they are missing. Memory that is more than the host's is a
 * warning, for there may be swap.
 * @returns the pools that it is taken from.
 */
export function planRoom(input: RoomInput, plan: Omit<MemoryPlan, 'hugepages'>): PoolUse[] {
  const pieces = [
    ...(plan.nodes.length === 0 ? [plan] : plan.nodes.flatMap(({ memory }) => memory ?? [])),
    ...plan.modules.map(({ backend }) => backend),
  ].map((piece) => within(piece, plan.confinedTo));
  reportOrdinary(input, pieces);
  const sizes = new Set(pieces.flatMap(({ hugepageBytes }) => hugepageBytes ?? []));
  return [...sizes].flatMap((size) => {
    const ofSize = pieces.filter(({ hugepageBytes }) => hugepageBytes === size);
    const use = poolUse(input, size, ofSize);
    const canAdd = canAddPages(input.host) && use.length > 0;
    if (canAdd) for (const one of use) decideGrowth(input, one);
    else if (!reportPool(input, size, pagesOf(ofSize, size))) reportNodePools(input, size, ofSize);
    return canAdd ? use : use.map((one) => ({ ...one, missing: 0 }));
  });
}

/** Where the kernel confines QEMU to nodes, memory that is not bound to any is as good as bound to those. */
function within(piece: MemoryBackend, confinedTo: readonly number[]): MemoryBackend {
  if (piece.hostNodes.length > 0 || confinedTo.length === 0) return piece;
  return { ...piece, hostNodes: confinedTo, policy: 'bind' };
}

function decideGrowth({ decide, find }: RoomInput, { pageBytes, node, pages, missing, room }: PoolUse): void {
  if (missing === 0) return;
  const where = node === null ? '' : ` on node ${node}`;
  const key = 'memory.hugepages';
  if (room !== null && missing > room) {
    find({
      severity: 'missing',
      code: 'host.hugepages',
      key,
      message: `${missing} more huge pages of ${formatBytes(pageBytes)} are needed${where}, and the memory there has room for ${room}`,
      hint: 'Stop what takes the memory, lower memory.size, or take memory of other nodes too (memory.hostNodes).',
    });
    return;
  }
  decide({
    key,
    value: `${missing} more pages of ${formatBytes(pageBytes)}${where}`,
    reason: `it takes ${pages}, and ${pages - missing} are free: the launch adds them for the time that it runs`,
  });
}

function reportOrdinary(input: RoomInput, pieces: readonly MemoryBackend[]): void {
  const ordinary = pieces.filter(({ hugepageBytes }) => hugepageBytes === null);
  const bytes = ordinary.reduce((sum, piece) => sum + piece.bytes, 0);
  if (input.host.memoryBytes === null || bytes <= input.host.memoryBytes) return;
  input.find({
    severity: 'warning',
    code: 'host.memory',
    key: 'memory.size',
    message: `the guest may take ${formatBytes(bytes)}, and this host has ${formatRoughBytes(input.host.memoryBytes)} in all`,
    hint: 'Lower memory.size, or make sure that there is swap.',
  });
}

function pagesOf(pieces: readonly MemoryBackend[], pageBytes: number): number {
  return pieces.reduce((sum, { bytes }) => sum + Math.ceil(bytes / pageBytes), 0);
}

/** @returns whether something was missing. */
function reportPool({ host, find }: RoomInput, pageBytes: number, needed: number): boolean {
  const pool = host.hugepages.find((one) => one.pageBytes === pageBytes);
  const unknown = !host.live && host.hugepages.length === 0;
  if (unknown || (pool?.free ?? 0) >= needed) return false;
  const total = (pool?.total ?? 0) + needed - (pool?.free ?? 0);
  find({
    severity: 'missing',
    code: 'host.hugepages',
    key: 'memory.hugepages',
    message: `${needed} huge pages of ${formatBytes(pageBytes)} are needed, ${freeOf(pool)}`,
    hint: `Reserve them: echo ${total} > /sys/kernel/mm/hugepages/hugepages-${pageBytes / 1024}kB/nr_hugepages`,
  });
  return true;
}

/** Memory bound to one node takes that node's pages and no others. */
function reportNodePools(
  { host, find }: RoomInput,
  pageBytes: number,
  pieces: readonly MemoryBackend[],
): void {
  const demanding = pieces.filter(({ policy, hostNodes }) => policy === 'bind' && hostNodes.length === 1);
  for (const node of new Set(demanding.map(({ hostNodes }) => hostNodes[0]))) {
    const pools = host.nodes.find((one) => one.node === node)?.hugepages ?? [];
    const needed = pagesOf(
      demanding.filter(({ hostNodes }) => hostNodes[0] === node),
      pageBytes,
    );
    const pool = pools.find((one) => one.pageBytes === pageBytes);
    if (pools.length === 0 || (pool?.free ?? 0) >= needed) continue;
    const total = (pool?.total ?? 0) + needed - (pool?.free ?? 0);
    find({
      severity: 'missing',
      code: 'host.hugepages',
      key: 'memory.hugepages',
      message: `${needed} huge pages of ${formatBytes(pageBytes)} are needed on node ${node}, ${freeOf(pool)}`,
      hint: `Reserve them: echo ${total} > /sys/devices/system/node/node${node}/hugepages/hugepages-${pageBytes / 1024}kB/nr_hugepages`,
    });
  }
}

const freeOf = (pool: HugepagePool | undefined): string =>
  `${pool?.free ?? 0} of ${pool?.total ?? 0} are free`;
