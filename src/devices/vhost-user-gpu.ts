/** A process beside QEMU that draws what the guest shows. Pure. QEMU's docs: docs/interop/vhost-user-gpu, contrib/vhost-user-gpu. */
import { posix as path } from 'node:path';
import * as z from 'zod';
import type { SideProcessPlan } from '../plan/side-process.js';
import { hostPath } from '../spec/scalars.js';
import type { DeviceContext } from './context.js';

const settings = z
  .strictObject({
    socket: hostPath
      .optional()
      .meta({ description: 'where a process that runs already listens; default: vm starts one' }),
    binary: hostPath
      .optional()
      .meta({ description: 'the vhost-user-gpu to start; default: that of the host' }),
    renderNode: hostPath.optional().meta({
      description:
        "the host's GPU that it draws 3D with, such as /dev/dri/renderD128; default: the first that works",
    }),
  })
  .refine(
    ({ socket, binary, renderNode }) =>
      socket === undefined || (binary === undefined && renderNode === undefined),
    'must not have binary or renderNode beside socket: the process runs already',
  );

/** Of a video device. */
export const vhostUserGpuKey = z
  .union([z.boolean(), settings])
  .prefault(false)
  .transform((value) => (typeof value === 'boolean' ? (value ? settings.parse({}) : null) : value))
  .meta({
    description:
      'a process beside QEMU draws (vhost-user-gpu), so that a GPU driver that goes wrong takes no QEMU with it: virtio only; the memory is shared with it',
  });

type VhostUserGpuSpec = NonNullable<z.output<typeof vhostUserGpuKey>>;

export interface VhostUserGpuPlan {
  readonly socket: string;
  /** Null: it runs already. */
  readonly sideProcess: SideProcessPlan | null;
}

/** It ends when QEMU's connection does. */
export function planVhostUserGpu(
  { socket, binary, renderNode }: VhostUserGpuSpec,
  { id, origin, gl }: { readonly id: string; readonly origin: string; readonly gl: boolean },
  { host, paths, find }: DeviceContext,
): VhostUserGpuPlan {
  if (socket !== undefined) return { socket, sideProcess: null };
  const found = host.programs?.vhostUserGpu;
  if (binary === undefined && found === null) {
    find({
      severity: 'missing',
      code: 'host.program',
      key: `${origin}.vhostUser`,
      message: 'vhost-user-gpu is not installed here',
      hint: 'Install it (it comes with some builds of QEMU), name it in binary, or say vhostUser: false.',
    });
  }
  const own = path.join(paths.folder, `vhost-user-gpu-${id}.sock`);
  const sideProcess = {
    id: `vhost-user-gpu-${id}`,
    program: binary ?? found ?? 'vhost-user-gpu',
    args: [
      `--socket-path=${own}`,
      ...(gl ? ['--virgl'] : []),
      ...(renderNode === undefined ? [] : [`--render-node=${renderNode}`]),
    ],
    socket: own,
    key: origin,
    log: path.join(paths.stateFolder, `vhost-user-gpu-${id}.log`),
    folders: [],
  };
  return { socket: own, sideProcess };
}
