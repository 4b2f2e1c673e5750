/** The devices besides disks and networks, in the order of the command line. Pure. */
import type { QemuOption } from '../command/option.js';
import type { VmSpec } from '../spec/schema.js';
import { type AudioPlan, audioOptions, planAudio } from './audio.js';
import { type BalloonPlan, balloonOptions, planBalloon } from './balloon.js';
import {
  type ChannelPlan,
  channelOptions,
  planChannels,
  planVirtioSerial,
  type VirtioSerialPlan,
  virtioSerialOptions,
} from './channels.js';
import type { DeviceContext } from './context.js';
import { type CryptoPlan, cryptoOptions, planCrypto } from './crypto.js';
import { hasGl } from './display.js';
import { type DisplayPlan, displayOptions, planDisplay } from './display-plan.js';
import { type FirmwareDataPlan, firmwareDataOptions, planFirmwareData } from './firmware-data.js';
import { type GuestAgentPlan, guestAgentOptions, planGuestAgent } from './guest-agent.js';
import { type HostDevicePlan, hostDeviceOptions, planHostDevices } from './host-devices.js';
import { type InputPlan, inputOptions, planInput } from './input.js';
import { type PanicPlan, panicOptions, planPanic } from './panic.js';
import { reportPeripheralFiles } from './peripheral-files.js';
import { planRng, type RngPlan, rngOptions } from './rng.js';
import {
  type ParallelPlan,
  parallelOptions,
  planParallel,
  type SerialPlan,
  serialOptions,
} from './serial.js';
import { planSharedMemory, type SharedMemoryPlan, sharedMemoryOptions } from './shared-memory.js';
import { planShares, type SharePlan, shareOptions } from './shares.js';
import { planSmartcard, type SmartcardPlan, smartcardOptions } from './smartcard.js';
import { planSmbios, type SmbiosPlan, smbiosOptions } from './smbios.js';
import { planSound, type SoundPlan, soundOptions } from './sound.js';
import { planTpm, type TpmPlan, tpmOptions } from './tpm.js';
import { planUsb, type UsbPlan, usbOptions } from './usb.js';
import { type UsbControllerPlan, usbControllerOptions } from './usb-controller.js';
import { planVideo, type VideoPlan, videoOptions } from './video.js';
import { planVsock, type VsockPlan, vsockOptions } from './vsock.js';
import { planWatchdog, type WatchdogPlan, watchdogOptions } from './watchdog.js';

export type PeripheralPlan =
  | AudioPlan
  | BalloonPlan
  | ChannelPlan
  | CryptoPlan
  | DisplayPlan
  | FirmwareDataPlan
  | GuestAgentPlan
  | HostDevicePlan
  | InputPlan
  | PanicPlan
  | ParallelPlan
  | RngPlan
  | SerialPlan
  | SharedMemoryPlan
  | SharePlan
  | SmartcardPlan
  | SmbiosPlan
  | SoundPlan
  | TpmPlan
  | UsbControllerPlan
  | UsbPlan
  | VideoPlan
  | VirtioSerialPlan
  | VsockPlan
  | WatchdogPlan;

/** All but serial ports, which come first, and USB controllers, which are known last. */
export function planPeripherals(spec: VmSpec, context: DeviceContext): PeripheralPlan[] {
  reportPeripheralFiles(spec, context);
  const types = spec.display.map(({ type }) => type);
  const screen = { types, gl: spec.display.some(hasGl) };
  const audio = planAudio(spec.audio, spec.sound.length, types, context);
  return [
    ...planParallel(spec.parallel, context),
    ...planPorts(spec, context),
    ...planRng(spec.rng, context),
    ...planDisplay(spec.display, audio[0]?.id ?? null, context),
    ...planVideo(spec.video, screen, context),
    ...audio,
    ...planSound(spec.sound, audio, context),
    ...planUsb(spec.usb, context),
    ...planSmartcard(spec.smartcard, context),
    ...planInput(spec.input, context),
    ...planHostDevices(spec.hostDevices, context),
    ...planVsock(spec.vsock, context),
    ...planTpm(spec.tpm, context),
    ...planShares(spec.shares, context),
    ...planBalloon(
      spec.balloon,
      { hugepages: spec.memory.hugepages !== false, locked: spec.memory.locked !== false },
      context,
    ),
    ...planCrypto(spec.crypto, context),
    ...planWatchdog(spec.watchdog, context),
    ...planPanic(spec.panic, context),
    ...planSharedMemory(spec.sharedMemory, context),
    ...planSmbios(spec.smbios),
    ...planFirmwareData(spec, context),
  ];
}

/** The virtio-serial bus comes before what sits on it, and only if something does, or the spec names it. */
function planPorts(spec: VmSpec, context: DeviceContext): PeripheralPlan[] {
  const spiceAgent = spec.display.find((display) => display.type === 'spice' && display.agent);
  const ports: PeripheralPlan[] = [
    ...planGuestAgent(spec.guestAgent, context),
    ...planChannels(spec.console, spec.channels, spiceAgent ? 'display' : null, context),
  ];
  const [first] = ports;
  if (first === undefined && spec.virtioSerial === undefined) return [];
  return [planVirtioSerial(spec.virtioSerial, serialOrigin(spec, first), context), ...ports];
}

function serialOrigin({ virtioSerial }: VmSpec, first: PeripheralPlan | undefined): string {
  if (virtioSerial !== undefined || first === undefined) return 'virtioSerial';
  if (first.kind === 'guestAgent') return 'guestAgent';
  return 'origin' in first ? first.origin : 'channels';
}

export function peripheralOptions(device: PeripheralPlan): QemuOption[] {
  switch (device.kind) {
    case 'audio':
      return audioOptions(device);
    case 'balloon':
      return balloonOptions(device);
    case 'console':
    case 'channel':
      return channelOptions(device);
    case 'crypto':
      return cryptoOptions(device);
    case 'display':
      return displayOptions(device);
    case 'guestAgent':
      return guestAgentOptions(device);
    case 'hostDevice':
      return hostDeviceOptions(device);
    case 'input':
      return inputOptions(device);
    case 'panic':
      return panicOptions(device);
    case 'parallel':
      return parallelOptions(device);
    case 'rng':
      return rngOptions(device);
    case 'serial':
      return serialOptions(device);
    case 'sharedMemory':
      return sharedMemoryOptions(device);
    case 'share':
      return shareOptions(device);
    case 'smartcard':
      return smartcardOptions(device);
    case 'smbios':
      return smbiosOptions(device);
    case 'sound':
      return soundOptions(device);
    case 'tpm':
      return tpmOptions(device);
    case 'usb':
      return usbOptions(device);
    case 'usbController':
      return usbControllerOptions(device);
    case 'video':
      return videoOptions(device);
    case 'virtioSerial':
      return virtioSerialOptions(device);
    case 'vsock':
      return vsockOptions(device);
    case 'watchdog':
      return watchdogOptions(device);
    default:
      return firmwareDataOptions(device);
  }
}
