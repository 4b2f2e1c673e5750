/** The whole spec: what the user asked for, checked, defaults filled in, nothing decided. Pure. */
import * as z from 'zod';
import { disksSection } from '../devices/disk.js';
import { displaySection } from '../devices/display.js';
import { networksSection } from '../devices/network.js';
import { serialSection } from '../devices/serial.js';
import { cpuSection, placementSection } from './cpu.js';
import { bootSection, lifecycleSection, machineSection, qemuSection } from './machine.js';
import { memorySection } from './memory.js';
import { vmName } from './scalars.js';

export const vmSpecSchema = z.strictObject({
  name: vmName.meta({ description: 'default: the name of the file' }),
  machine: machineSection,
  boot: bootSection,
  cpu: cpuSection,
  placement: placementSection,
  memory: memorySection,
  ioThreads: z
    .int()
    .min(0, 'must be at least 0')
    .max(1024, 'must be at most 1024')
    .default(0)
    .meta({ description: 'threads of QEMU that serve disks instead of its main loop' }),
  disks: disksSection,
  networks: networksSection,
  serial: serialSection,
  display: displaySection,
  rng: z.boolean().default(true).meta({ description: 'entropy from the host (virtio-rng)' }),
  guestAgent: z.boolean().default(false).meta({ description: 'the channel of the QEMU guest agent' }),
  lifecycle: lifecycleSection,
  qemu: qemuSection,
});

export type VmSpec = z.output<typeof vmSpecSchema>;
