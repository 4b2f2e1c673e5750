/** `<shmem>`. Pure. libvirt's docs: formatdomain, "Shared memory device". */
import { formatBytes } from '../../units.js';
import type { SpecDraft } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';

export function convertSharedMemory(devices: XmlNode, draft: SpecDraft, notes: Notes): void {
  for (const node of devices.children('shmem')) {
    node.ignore('address', 'alias');
    const name = node.attribute('name');
    const model = node.child('model')?.attribute('type') ?? 'ivshmem';
    const server = node.child('server');
    const size = node.child('size');
    const msi = node.child('msi');
    if (name === undefined) continue;
    if (model === 'ivshmem')
      notes.changed(
        node,
        'QEMU has the old ivshmem no more: ivshmem-plain and ivshmem-doorbell took its place',
      );
    msi?.ignore('@enabled');
    draft.add(
      'sharedMemory',
      {
        name,
        size: size === undefined ? undefined : formatBytes(size.sizeText('B') ?? 0),
        server:
          server === undefined
            ? undefined
            : (server.attribute('path') ?? `/var/lib/libvirt/shmem-${name}-sock`),
        vectors: msi?.integer('vectors', 1),
        ioEventFd: server === undefined ? undefined : (msi?.onOff('ioeventfd') ?? true),
        role: node.oneOf('role', ['peer', 'master']),
      },
      node,
    );
  }
}
