/** Specs of small VMs for the tests. */
import { type GuestName, guestFolder } from './guest.js';

/** A VM without a kernel: its firmware finds nothing to boot. It starts in a fraction of a second. */
export function bareSpec(more: object = {}): object {
  return { machine: { accelerator: 'tcg' }, cpu: { vcpus: 1 }, memory: { size: '64MiB' }, ...more };
}

/** A VM with the real guest of scripts/guest. */
export function guestSpec(more: object = {}, name: GuestName = 'guest'): object {
  const guest = guestFolder(process.env, name);
  if (!guest) throw new Error(`The guest ${name} is not made: run scripts/guest (scripts/test does).`);
  return {
    machine: { accelerator: 'tcg' },
    boot: { kernel: guest.kernel, initrd: guest.initrd, cmdline: 'console=ttyS0 quiet' },
    cpu: { vcpus: 2 },
    memory: { size: '256MiB' },
    ...more,
  };
}

/** What the guest prints when it is up. */
export const guestReady = 'vm-guest: ready';
