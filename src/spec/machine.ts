/** `machine` and `qemu` of the spec. Pure. */
import * as z from 'zod';
import { bytes, hostPath, text } from './scalars.js';

/** A part of the chipset that may be left out; without a word QEMU's own default holds. */
const part = (what: string) =>
  z
    .boolean()
    .optional()
    .meta({ description: `${what}; default: QEMU's` });

const microvmParts = z.strictObject({
  rtc: part('the hardware clock'),
  isaSerial: z.boolean().default(true).meta({ description: 'room for serial ports' }),
  autoKernelCmdline: part('virtio-mmio devices are named on the kernel command line, where there is no ACPI'),
  secondIoapic: part('room for 24 virtio devices instead of 8 (ioapic2)'),
  optionRoms: part('option ROMs, which firmware needs to start from disk (x-option-roms)'),
});

/** The machine: QEMU's docs/system/i386. */
export const machineSection = z
  .strictObject({
    type: z
      .string()
      .regex(
        /^(q35|pc|microvm|pc-q35-\d+\.\d+(\.\d+)?|pc-i440fx-\d+\.\d+(\.\d+)?)$/,
        'is no machine: write q35, pc, microvm, or a versioned one such as pc-q35-7.2',
      )
      .default('q35')
      .meta({
        description:
          'q35 (PCIe), pc (i440FX), microvm (no PCI, for a Linux kernel started directly), or a versioned one such as pc-q35-7.2 for a guest that must never see a change',
      }),
    accelerator: z
      .enum(['auto', 'kvm', 'tcg'])
      .default('auto')
      .meta({ description: 'kvm, tcg (emulation), or auto: kvm if it really starts here, else tcg' }),
    sparePorts: z
      .int()
      .min(0, 'must be at least 0')
      .max(64, 'must be at most 64')
      .default(2)
      .meta({ description: 'q35: free PCIe root ports at the least, for devices plugged while it runs' }),
    kernelIrqchip: z.enum(['auto', 'on', 'off', 'split']).default('auto').meta({
      description:
        'interrupt controllers in KVM (on), in QEMU (off) or split; auto: split where an IOMMU needs it',
    }),
    acpi: part('ACPI tables, without which a guest can not be asked to power off'),
    smm: z
      .union([z.literal('auto'), z.boolean()])
      .default('auto')
      .meta({ description: "system management mode; auto: on for Secure Boot, else QEMU's own choice" }),
    tseg: bytes.optional().meta({
      description:
        "q35: the memory that system management mode has for itself, up to 4095 MiB; big guests need more of it; default: QEMU's (16MiB)",
    }),
    vmport: z.boolean().default(false).meta({ description: "VMware's port" }),
    usb: part("the machine's own USB controller"),
    pic: part('the old interrupt controller (i8259)'),
    sata: part("the machine's own SATA controller, q35"),
    smbus: part('the SMBus controller'),
    i8042: part('the PS/2 keyboard and mouse controller'),
    graphics: part('firmware writes to a screen; off: to the serial port'),
    hmat: part('an ACPI table of memory latencies (HMAT)'),
    suppressVmdesc: part('leave the self-description out of migration streams'),
    maxRamBelow4g: bytes
      .optional()
      .meta({ description: 'the most memory below 4 GiB, for devices that need the space' }),
    tcg: z
      .strictObject({
        tbCache: bytes
          .optional()
          .meta({ description: 'the cache of translated code, a whole number of MiB' }),
        threads: z
          .enum(['single', 'multi'])
          .optional()
          .meta({ description: 'one host thread for all vCPUs, or one each' }),
      })
      .prefault({})
      .meta({ description: 'of the emulation (accelerator tcg)' }),
    microvm: microvmParts.prefault({}).meta({ description: 'parts of the machine microvm' }),
  })
  .prefault({});

/** QEMU itself. */
export const qemuSection = z
  .strictObject({
    binary: hostPath.optional().meta({ description: 'the QEMU to run; default: qemu-system-x86_64 in PATH' }),
    extraArgs: z.array(text).max(1024).default([]).meta({
      description: 'arguments put last on the command line, unchecked, for what the spec does not know',
    }),
    sandbox: z
      .union([z.literal('auto'), z.boolean()])
      .default('auto')
      .meta({
        description:
          "QEMU's seccomp filter: no elevated privileges, no new processes, no change of its own resources; auto: on, unless QEMU must start its bridge helper",
      }),
  })
  .prefault({});
