/** What of a spec needs the guest's memory to be shared with another process. Pure. */
import type { VmSpec } from './schema.js';

export interface MemorySharer {
  readonly key: string;
  /** Who reads and writes the guest's memory. */
  readonly who: string;
}

/** The sections that have such devices. */
type Sharing = Pick<VmSpec, 'disks' | 'networks' | 'shares' | 'video'>;

export function memorySharers({ disks, networks, shares, video }: Sharing): MemorySharer[] {
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
    ...video.flatMap(({ vhostUser }, index) =>
      vhostUser === null ? [] : [{ key: `video[${index}].vhostUser`, who: 'vhost-user-gpu' }],
    ),
  ];
}

/** Whether the guest's memory is shared: as the spec says, else where something needs it. */
export function isMemoryShared(spec: Pick<VmSpec, 'memory'> & Sharing): boolean {
  const { access } = spec.memory;
  return access === 'auto' ? memorySharers(spec).length > 0 : access === 'shared';
}
