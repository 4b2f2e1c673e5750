/** A source in a few words, for `vm plan` and `vm explain`. Pure. */
import { posix as path } from 'node:path';
import type { NamedSource } from './block-sources.js';

/** A short name: that of a file without its folder, what a server calls it, a PCI address. */
export function sourceText(source: NamedSource): string {
  switch (source.type) {
    case 'file':
    case 'block':
    case 'folder':
    case 'vhost-vdpa':
      return path.basename(source.path);
    case 'nbd':
      return `NBD ${source.socket ?? `${source.host}:${source.port}`}${source.export === undefined ? '' : `/${source.export}`}`;
    case 'rbd':
      return `RBD ${source.pool}/${source.image}`;
    case 'iscsi':
      return `iSCSI ${source.target}/${source.lun}`;
    case 'web':
      return source.url;
    case 'nvme':
      return `NVMe ${source.pci}, namespace ${source.namespace}`;
    case 'ssh':
      return `SSH ${source.host}:${source.file}`;
    case 'gluster':
      return `Gluster ${source.volume}/${source.file}`;
    case 'nfs':
      return `NFS ${source.host}:${source.file}`;
    case 'vhost-user':
      return `vhost-user ${path.basename(source.socket)}`;
    case 'null':
      return 'nothing';
  }
}
