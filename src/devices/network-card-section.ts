/** What the guest sees of a network: the card. Pure. QEMU's hw/net/virtio-net.c; Linux: virtio_net. */
import * as z from 'zod';
import { acpiIndexKey, deviceId, hostPath, macAddress, pciPlace } from '../spec/scalars.js';
import { networkModels } from './network-models.js';

const ringSize = z
  .int()
  .min(256, 'must be at least 256')
  .max(1024, 'must be at most 1024')
  .refine((size) => Number.isInteger(Math.log2(size)), {
    message: 'must be a power of two: 256, 512 or 1024',
  });

const offload = z.boolean().optional();

const offloads = z.strictObject({
  host: z
    .strictObject({
      csum: offload,
      gso: offload,
      tso4: offload,
      tso6: offload,
      ecn: offload,
      ufo: offload,
      mergeBuffers: offload.meta({ description: 'packets over several receive buffers (mrg_rxbuf)' }),
    })
    .optional()
    .meta({ description: 'what the host takes over from the guest when it sends' }),
  guest: z
    .strictObject({ csum: offload, tso4: offload, tso6: offload, ecn: offload, ufo: offload })
    .optional()
    .meta({ description: 'what the guest takes as it comes when it receives' }),
});

/** Keys of every card. */
const anyCard = {
  id: deviceId.optional().meta({ description: 'default: net0, net1, …' }),
  model: z.enum(networkModels).default('virtio').meta({
    description:
      'what the guest sees; virtio is the fast one, e1000e and rtl8139 have drivers in most systems, igb needs QEMU 8.0',
  }),
  mac: macAddress
    .optional()
    .meta({ description: "default: made from the VM's name and the index, so that it stays" }),
  slot: pciPlace,
  link: z
    .enum(['up', 'down'])
    .default('up')
    .meta({ description: 'down: the guest starts with the cable pulled (set_link)' }),
  mtu: z.int().min(68, 'must be at least 68').max(65535, 'must be at most 65535').optional().meta({
    description:
      'the largest packet in bytes, told to a virtio guest and set on a tap that `vm up` makes; default: 1500',
  }),
  boot: z
    .int()
    .min(1, 'must be at least 1')
    .max(10_000, 'must be at most 10000')
    .optional()
    .meta({ description: 'its own place in the order of starts, instead of that of boot.order' }),
  rom: z
    .union([z.literal(false), hostPath])
    .optional()
    .meta({ description: "false: no boot ROM; a file: this one; default: QEMU's iPXE" }),
  romBar: z.boolean().optional().meta({ description: 'whether the guest can read the ROM; default: true' }),
  ...acpiIndexKey,
};

/** Keys that virtio alone knows. */
const virtioCard = {
  failover: z.boolean().optional().meta({
    description: 'stands in for a device of the host that names it (hostDevices[].failoverPair)',
  }),
  rxQueueSize: ringSize.optional().meta({ description: 'descriptors of a receive ring; default: 256' }),
  txQueueSize: ringSize
    .optional()
    .meta({ description: 'descriptors of a send ring; over 256 only with vhost-user and vhost-vdpa' }),
  txMode: z
    .enum(['bh', 'timer'])
    .optional()
    .meta({ description: 'when QEMU sends: at once (bh, the default), or when a timer ends' }),
  ioEventFd: z
    .boolean()
    .optional()
    .meta({ description: 'a packet wakes QEMU without stopping the vCPU; default: true' }),
  eventIndex: z.boolean().optional().meta({ description: 'fewer interrupts; default: true' }),
  rss: z.boolean().optional().meta({ description: 'receive side scaling; default: false' }),
  hashReport: z
    .boolean()
    .optional()
    .meta({ description: 'tells the guest the hash of each packet; default: false' }),
  packed: z.boolean().optional().meta({ description: 'packed virtqueues; default: false' }),
  pagePerQueue: z
    .boolean()
    .optional()
    .meta({ description: 'a page for each notification address; default: false' }),
  iommuPlatform: z
    .boolean()
    .optional()
    .meta({ description: "goes through the guest's IOMMU; default: what iommu says" }),
  ats: z.boolean().optional().meta({ description: 'address translation service; default: what iommu says' }),
  offloads: offloads.optional().meta({ description: "default: what QEMU's card can do, all of it" }),
};

export const cardKeys = { ...anyCard, ...virtioCard };
export const virtioCardKeys = Object.keys(virtioCard) as readonly (keyof typeof virtioCard)[];
