/** `machine`, `boot`, `lifecycle` and `qemu` of the spec. Pure. */
import * as z from 'zod';
import { duration, hostPath, text } from './scalars.js';

/** The machine: QEMU's docs/system/i386. */
export const machineSection = z
  .strictObject({
    type: z
      .string()
      .regex(
        /^(q35|pc|pc-q35-\d+\.\d+|pc-i440fx-\d+\.\d+)$/,
        'is no machine: write q35, pc, or a versioned one such as pc-q35-7.2',
      )
      .default('q35')
      .meta({
        description:
          'q35 (PCIe), pc (i440FX), or a versioned one such as pc-q35-7.2 for a guest that must never see a change',
      }),
    accelerator: z
      .enum(['auto', 'kvm', 'tcg'])
      .default('auto')
      .meta({ description: 'kvm, tcg (emulation), or auto: kvm if it really starts here, else tcg' }),
  })
  .prefault({});

/** How the guest starts: firmware, or a Linux kernel directly (QEMU's docs/system/linuxboot). */
export const bootSection = z
  .strictObject({
    firmware: z
      .enum(['bios', 'uefi'])
      .default('bios')
      .meta({ description: "bios (SeaBIOS) or uefi (OVMF, with variables of the VM's own)" }),
    kernel: hostPath.optional().meta({ description: 'a Linux kernel to start directly (-kernel)' }),
    initrd: hostPath.optional().meta({ description: 'its initramfs (-initrd); needs kernel' }),
    cmdline: text.optional().meta({ description: 'its command line (-append); needs kernel' }),
    order: z
      .array(z.enum(['disk', 'net']))
      .max(8)
      .default(['disk', 'net'])
      .meta({ description: 'the kinds of device that the firmware tries, first to last' }),
  })
  .prefault({});

export const lifecycleSection = z
  .strictObject({
    shutdownTimeout: duration
      .prefault('60s')
      .meta({ description: 'how long `vm down` waits for the guest to power off' }),
  })
  .prefault({});

/** QEMU itself. */
export const qemuSection = z
  .strictObject({
    binary: hostPath.optional().meta({ description: 'the QEMU to run; default: qemu-system-x86_64 in PATH' }),
    extraArgs: z.array(text).max(1024).default([]).meta({
      description: 'arguments put last on the command line, unchecked, for what the spec does not know',
    }),
    sandbox: z.boolean().default(true).meta({
      description:
        "QEMU's seccomp filter: no elevated privileges, no new processes, no change of its own resources",
    }),
  })
  .prefault({});
