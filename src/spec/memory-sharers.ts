/** What of a spec needs the guest's memory to be shared with another process. Pure. */
import type { VmSpec } from './schema.js';

export interface MemorySharer {
  readonly key: string;
  /** Who reads and writes the guest's memory. */
  readonly who: string;
}

export function memorySharers({
  disks,
  networks,
  shares,
}: Pick<VmSpec, 'disks' | 'networks' | 'shares'>): MemorySharer[] {
  return [
    ...disks.flatMap(({ source }, index) =>
      typeof source === 'object' && source.type === 'vhost-user'
        ? [{ key: `disks[${index}].source`, who: 'the process that serves the disk' }]
        : [],
    ),
    ...networks.flatMap(({ type }, index) =>
      type === 'vhost-user' ? [{ key: `networks[${index}]`, who: 'the process that moves the packets' }] : [],
    ),
    ...shares.flatMap((share, index) =>
      share.type === '9p' ? [] : [{ key: `shares[${index}]`, who: 'virtiofsd' }],
    ),
  ];
}

/** Whether the guest's memory is shared: as the spec says, else where something needs it. */
export function isMemoryShared(spec: Pick<VmSpec, 'memory' | 'disks' | 'networks' | 'shares'>): boolean {
  const { access } = spec.memory;
  return access === 'auto' ? memorySharers(spec).length > 0 : access === 'shared';
}
