/** virtio-crypto: ciphers that the host computes for the guest. Pure. OASIS: Virtual I/O Device (VIRTIO) Version 1.2, 5.9. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { type DeviceContext, type PciSlot, type VirtioProperties, virtioDriver } from './context.js';
import { deviceOption, objectOption } from './options.js';
import { virtioKey, virtioOf } from './virtio.js';

const cryptoDevice = z.strictObject({
  backend: z.enum(['builtin', 'lkcf']).default('builtin').meta({
    description: "who computes: builtin (QEMU's own ciphers) or lkcf (the host's kernel, QEMU 8.0 on)",
  }),
  ...virtioKey,
});

export const cryptoSection = z
  .array(cryptoDevice)
  .max(8, 'is too long: at most 8 devices')
  .default([])
  .meta({ description: 'devices that compute ciphers for the guest (virtio-crypto)' });

export interface CryptoPlan {
  readonly kind: 'crypto';
  readonly id: string;
  readonly origin: string;
  readonly what: string;
  readonly backend: 'builtin' | 'lkcf';
  readonly pci: PciSlot;
  readonly virtio: VirtioProperties;
}

export function planCrypto(devices: z.output<typeof cryptoSection>, context: DeviceContext): CryptoPlan[] {
  return devices.map(({ backend, virtio }, index) => {
    const id = `crypto${index}`;
    return {
      kind: 'crypto',
      id,
      origin: `crypto[${index}]`,
      what: backend,
      backend,
      pci: context.pciSlot(id),
      virtio: virtioOf(virtio, context.virtio),
    };
  });
}

export function cryptoOptions({ id, origin, backend, pci, virtio }: CryptoPlan): QemuOption[] {
  const object = `${id}-backend`;
  return [
    objectOption(origin, backend === 'lkcf' ? "The host's kernel computes." : 'QEMU computes.', {
      'qom-type': `cryptodev-backend-${backend}`,
      id: object,
      // Neither backend has more.
      queues: 1,
    }),
    deviceOption(origin, 'Ciphers that the guest lets the host compute.', {
      driver: virtioDriver('crypto', pci),
      id,
      cryptodev: object,
      ...virtio,
      ...pci,
    }),
  ];
}
