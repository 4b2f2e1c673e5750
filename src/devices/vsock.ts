/** vsock: sockets between guest and host without a network. Pure. Linux: vsock(7). */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import type { DeviceContext, PciSlot, VirtioTransport } from './context.js';
import { deviceOption } from './options.js';
import { transportOf, virtioKey } from './virtio.js';

const lastCid = 0xffff_fffe;

export const vsockSection = z
  .strictObject({
    cid: z
      .union([
        z.literal('auto'),
        z.int().min(3, 'must be at least 3: 0 to 2 are taken').max(lastCid, `must be at most ${lastCid}`),
      ])
      .default('auto')
      .meta({ description: "the guest's address; auto: the first from 42 on that no live VM has" }),
    ...virtioKey,
  })
  .optional()
  .meta({ description: 'sockets between guest and host without a network' });

export interface VsockPlan {
  readonly kind: 'vsock';
  readonly id: string;
  readonly what: string;
  readonly cid: number;
  readonly pci: PciSlot;
  readonly virtio: VirtioTransport;
}

export function planVsock(vsock: z.output<typeof vsockSection>, context: DeviceContext): VsockPlan[] {
  if (vsock === undefined) return [];
  if (context.host.vhostVsock === false) {
    context.find({
      severity: 'missing',
      code: 'host.vhost-vsock',
      key: 'vsock',
      message: '/dev/vhost-vsock is not here: the kernel can not serve vsock',
      hint: 'Load the module: modprobe vhost_vsock.',
    });
  }
  const cid = vsock.cid === 'auto' ? freeCid(context) : vsock.cid;
  reportHolder(cid, context);
  const pci = context.pciSlot('vsock0');
  return [
    {
      kind: 'vsock',
      id: 'vsock0',
      what: `CID ${cid}`,
      cid,
      pci,
      virtio: transportOf(vsock.virtio, context.virtio, pci),
    },
  ];
}

/** Those below are left to whoever numbers guests by hand. */
const firstAutomaticCid = 42;

function freeCid({ claims, decide }: DeviceContext): number {
  const taken = new Set(claims.flatMap(({ vsockCid }) => (vsockCid === undefined ? [] : [vsockCid])));
  let cid = firstAutomaticCid;
  while (taken.has(cid)) cid++;
  decide({
    key: 'vsock.cid',
    value: `${cid}`,
    reason: `the first from ${firstAutomaticCid} on that no live VM has; those below are left to be given by hand`,
  });
  return cid;
}

function reportHolder(cid: number, { claims, find }: DeviceContext): void {
  const holder = claims.find(({ vsockCid }) => vsockCid === cid);
  if (holder === undefined) return;
  find({
    severity: 'missing',
    code: 'host.vsock-cid',
    key: 'vsock.cid',
    message: `${holder.vm} has the CID ${cid}`,
    hint: 'Say cid: auto, or another number.',
  });
}

export function vsockOptions({ id, cid, pci, virtio }: VsockPlan): QemuOption[] {
  return [
    deviceOption('vsock', `The guest's address for vsock is ${cid}; the host is 2.`, {
      driver: pci.bus === undefined ? 'vhost-vsock-device' : `vhost-vsock-pci${virtio.form}`,
      id,
      'guest-cid': cid,
      ...virtio.properties,
      ...pci,
    }),
  ];
}
