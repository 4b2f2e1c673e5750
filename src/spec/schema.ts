/** The whole spec: what the user asked for, checked, defaults filled in, nothing decided. Pure. */
import * as z from 'zod';
import { audioSection } from '../devices/audio.js';
import { balloonSection } from '../devices/balloon.js';
import { channelsSection, consolesSection, virtioSerialSection } from '../devices/channels.js';
import { cloudInitSection } from '../devices/cloud-init-section.js';
import { controllersSection } from '../devices/controllers.js';
import { cryptoSection } from '../devices/crypto.js';
import { disksSection } from '../devices/disk.js';
import { displaySection } from '../devices/display.js';
import {
  acpiTablesSection,
  fwCfgSection,
  generationIdSection,
  pstoreSection,
} from '../devices/firmware-data-section.js';
import { hostDevicesSection, uuid } from '../devices/host-devices.js';
import { inputSection } from '../devices/input.js';
import { networksSection } from '../devices/network-section.js';
import { panicSection } from '../devices/panic.js';
import { rngSection } from '../devices/rng.js';
import { parallelSection, serialSection } from '../devices/serial.js';
import { sharedMemorySection } from '../devices/shared-memory.js';
import { sharesSection } from '../devices/shares-section.js';
import { smartcardSection } from '../devices/smartcard.js';
import { smbiosSection } from '../devices/smbios.js';
import { soundSection } from '../devices/sound.js';
import { tpmSection } from '../devices/tpm-section.js';
import { usbControllersSection } from '../devices/usb-controller.js';
import { usbSection } from '../devices/usb-section.js';
import { videoSection } from '../devices/video.js';
import { vsockSection } from '../devices/vsock.js';
import { watchdogSection } from '../devices/watchdog.js';
import { bootSection } from './boot.js';
import { clockSection } from './clock.js';
import { cpuSection } from './cpu.js';
import { ioThreadSettingsSection, mainLoopSection } from './io-threads.js';
import { iommuSection } from './iommu.js';
import { lifecycleSection } from './lifecycle.js';
import { limitsSection } from './limits.js';
import { machineSection, qemuSection } from './machine.js';
import { memorySection } from './memory.js';
import { numaSection } from './numa.js';
import { placementSection } from './placement.js';
import { profileNames } from './profiles.js';
import { vmName } from './scalars.js';

export const vmSpecSchema = z.strictObject({
  name: vmName.meta({ description: 'default: the name of the file' }),
  uuid: uuid.optional().meta({
    description: "the guest's identity, which it reads in its SMBIOS tables; default: made from the name",
  }),
  profile: z.enum(profileNames).optional().meta({
    description:
      'a named set of defaults below everything that the spec says: performance, desktop, secure or tiny; `vm plan` shows what it set',
  }),
  machine: machineSection,
  boot: bootSection,
  cpu: cpuSection,
  placement: placementSection,
  limits: limitsSection.meta({ description: 'how much of the host the whole VM may have' }),
  memory: memorySection,
  numa: numaSection,
  iommu: iommuSection,
  ioThreads: z
    .int()
    .min(0, 'must be at least 0')
    .max(1024, 'must be at most 1024')
    .default(0)
    .meta({ description: 'threads of QEMU that serve disks instead of its main loop' }),
  ioThreadSettings: ioThreadSettingsSection,
  mainLoop: mainLoopSection,
  controllers: controllersSection.meta({
    description: 'controllers of disks, where those that `vm` makes by itself are not what is wanted',
  }),
  disks: disksSection,
  networks: networksSection,
  shares: sharesSection,
  serial: serialSection,
  parallel: parallelSection,
  console: consolesSection,
  channels: channelsSection,
  virtioSerial: virtioSerialSection,
  display: displaySection,
  video: videoSection,
  audio: audioSection,
  sound: soundSection,
  usbControllers: usbControllersSection,
  usb: usbSection,
  input: inputSection,
  hostDevices: hostDevicesSection,
  vsock: vsockSection,
  tpm: tpmSection,
  smartcard: smartcardSection,
  balloon: balloonSection,
  crypto: cryptoSection,
  watchdog: watchdogSection,
  panic: panicSection,
  sharedMemory: sharedMemorySection,
  smbios: smbiosSection,
  fwCfg: fwCfgSection,
  acpiTables: acpiTablesSection,
  generationId: generationIdSection,
  vmcoreinfo: z
    .boolean()
    .default(false)
    .meta({ description: "where the guest's kernel leaves what a dump of it needs" }),
  pstore: pstoreSection,
  rng: rngSection,
  cloudInit: cloudInitSection,
  guestAgent: z.boolean().default(false).meta({ description: 'the channel of the QEMU guest agent' }),
  clock: clockSection,
  lifecycle: lifecycleSection,
  qemu: qemuSection,
});

export type VmSpec = z.output<typeof vmSpecSchema>;
