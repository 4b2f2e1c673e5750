/** Nodes between the image of a disk and the device: copy on read, budgets. Pure. QEMU's docs: throttle.txt, qapi/block-core. */
import type { QemuOption } from '../command/option.js';
import { json } from '../command/quote.js';
import { formatNode, nodeName, throttleSuffix, topNode } from './block-names.js';
import type { Members } from './block-servers.js';
import type { DiskPlan } from './disk-plan.js';
import { objectOption } from './options.js';

export function filterOptions(disk: DiskPlan): QemuOption[] {
  return [...copyOnReadOptions(disk), ...throttleOptions(disk)];
}

function copyOnReadOptions({ id, origin, spec, discard, readOnly }: DiskPlan): QemuOption[] {
  if (!spec.copyOnRead) return [];
  return [
    blockdev(origin, 'What is read from the backing images is kept in the upper one.', {
      driver: 'copy-on-read',
      'node-name': nodeName(id, 'cor'),
      file: formatNode(id, 0),
      discard,
      'read-only': readOnly,
    }),
  ];
}

function throttleOptions(disk: DiskPlan): QemuOption[] {
  const { id, origin, throttles } = disk;
  return throttles.flatMap((throttle, index) => [
    ...(throttle.first
      ? [
          objectOption(
            `${origin}.limits`,
            'A budget of bytes and requests a second, for all disks that name it.',
            {
              'qom-type': 'throttle-group',
              id: throttle.group,
              limits: throttle.limits,
            },
          ),
        ]
      : []),
    blockdev(`${origin}.limits`, `Slows the disk down to what ${throttle.group} allows.`, {
      driver: 'throttle',
      'node-name': nodeName(id, throttleSuffix(index)),
      'throttle-group': throttle.group,
      file: index === 0 ? topNode({ ...disk, throttles: [] }) : nodeName(id, throttleSuffix(index - 1)),
      discard: disk.discard,
      'read-only': disk.readOnly,
    }),
  ]);
}

export function blockdev(origin: string, why: string, members: Members): QemuOption {
  return { group: 'devices', flag: '-blockdev', value: json(members), origin, why };
}
