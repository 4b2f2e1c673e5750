/** `vm up` of a small VM beside `virsh start` and a raw launch of the same. */

import { startLibvirt, whyNoLibvirt } from './libvirt.js';
import { atMost, type Line, type Result } from './line.js';
import { launchRaw } from './raw-launch.js';
import type { Subject } from './samples.js';
import { bareNode, medians, type World } from './world.js';

const name = 'small';

/** Two vCPUs pinned, memory in a memfd, a qcow2 disk, a serial port with a socket. */
export const smallSpec = (disk: string, accelerator: string) => `machine: {accelerator: ${accelerator}}
cpu: {vcpus: 2}
memory: {size: 256MiB, backing: memfd, access: shared}
placement: {vcpus: {0: "0", 1: "1"}, emulator: "0-1", reserve: none, exclusive: false}
serial: [{type: socket}]
disks: [{source: ${disk}}]
`;

export async function measureUp(world: World): Promise<Result> {
  const { folder, accelerator } = world;
  const reason = world.libvirt ? whyNoLibvirt() : 'libvirt was left out';
  const libvirt =
    reason === undefined
      ? await startLibvirt(folder.path, { name, accelerator, disk: folder.disk })
      : undefined;
  folder.writeSpec(name, smallSpec(folder.disk, accelerator));
  const virsh: Subject[] =
    libvirt === undefined
      ? []
      : [
          {
            id: 'virsh start',
            measure: async () => {
              const time = await libvirt.virsh('start', name);
              await libvirt.virsh('destroy', name);
              return time;
            },
          },
        ];
  try {
    const of = await medians(world, 'up', [
      bareNode,
      rawLaunch(world),
      firstUp(world),
      vmUp(world),
      ...virsh,
    ]);
    return {
      lines: lines(of, libvirt !== undefined),
      missing: reason === undefined ? [] : [`virsh start: ${reason}`],
    };
  } finally {
    await libvirt?.stop();
  }
}

function rawLaunch({ folder, accelerator }: World): Subject {
  const vm = {
    name: 'raw',
    folder: folder.path,
    accelerator,
    vcpus: 2,
    memory: 256,
    disk: folder.disk,
    cpus: [0, 1],
  };
  return {
    id: 'raw launch',
    measure: async () => {
      const { time, end } = await launchRaw(vm);
      await end();
      return time;
    },
  };
}

/** Of a spec that has changed: nothing of its plan is remembered. */
function firstUp({ folder, accelerator }: World): Subject {
  return {
    id: 'vm up of a new spec',
    measure: (round) => {
      folder.writeSpec(name, `${smallSpec(folder.disk, accelerator)}# ${round}\n`);
      return upAndDown(folder);
    },
  };
}

function vmUp({ folder }: World): Subject {
  return { id: 'vm up', measure: () => upAndDown(folder) };
}

async function upAndDown(folder: World['folder']): Promise<number> {
  const { time } = await folder.vm(['up', name]);
  await folder.vm(['down', name, '--force']);
  return time;
}

function lines(of: (id: string) => number, withLibvirt: boolean): Line[] {
  const from = { 'vm up': of('vm up') };
  const allowed = of('node') + 1.25 * of('raw launch');
  const besideRaw = atMost(allowed, {
    id: 'up-raw',
    what: 'vm up, against bare Node and 1.25 raw launches',
    unit: 'ms',
    value: of('vm up'),
    from: {
      ...from,
      'vm up of a new spec': of('vm up of a new spec'),
      node: of('node'),
      'raw launch': of('raw launch'),
    },
  });
  if (!withLibvirt) return [besideRaw];
  const besideLibvirt = atMost(0.4, {
    id: 'up-libvirt',
    what: 'vm up, against virsh start',
    unit: 'times',
    value: of('vm up') / of('virsh start'),
    from: { ...from, 'virsh start': of('virsh start') },
  });
  return [besideLibvirt, besideRaw];
}
