/** Specs of the VMs on the test machine. */

/** It boots the guest of scripts/guest under KVM. */
export function kvmGuest(more: object = {}): object {
  return {
    machine: { accelerator: 'kvm' },
    cpu: { model: 'max', vcpus: 2 },
    memory: { size: '256MiB' },
    boot: { kernel: '/opt/guest/vmlinuz', initrd: '/opt/guest/initrd.img', cmdline: 'console=ttyS0 quiet' },
    ...more,
  };
}

/** It has nothing to boot, and is left paused. */
export function bare(more: object = {}): object {
  return { machine: { accelerator: 'kvm' }, cpu: { model: 'max' }, memory: { size: '64MiB' }, ...more };
}

/** Of `vm status NAME --format json`. */
export interface Status {
  readonly vcpus: readonly { readonly index: number; readonly threadId: number; readonly cpus: number[] }[];
  readonly threads: readonly { readonly name: string; readonly threadId: number; readonly cpus: number[] }[];
}

/** Of `vm verify NAME --format json`. */
export interface Verdict {
  readonly checks: readonly { readonly id: string; readonly status: string; readonly found: string }[];
}
