/** MAC addresses that stay. Pure. */
import { createHash } from 'node:crypto';

/** 52:54:00 is the prefix that QEMU's guests use; the rest is a hash, so that a lease and a udev name survive. */
export function stableMac(owner: string, index: number): string {
  const hash = createHash('sha256').update(`${owner}\0${index}`).digest();
  const tail = [...hash.subarray(0, 3)].map((byte) => byte.toString(16).padStart(2, '0'));
  return ['52', '54', '00', ...tail].join(':');
}
