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
