/** Every kind of device: a new one is a file beside this one and a line in each function. Pure. */
import type { QemuOption } from '../command/option.js';
import type { VmSpec } from '../spec/schema.js';
import type { DeviceContext } from './context.js';
import { type DiskPlan, diskOptions, planDisks } from './disk.js';
import { type DisplayPlan, displayOptions, planDisplay } from './display.js';
import { type GuestAgentPlan, guestAgentOptions, planGuestAgent } from './guest-agent.js';
import { type NetworkPlan, networkOptions, planNetworks } from './network.js';
import { planRng, type RngPlan, rngOptions } from './rng.js';
import { planSerial, type SerialPlan, serialOptions } from './serial.js';

export type DevicePlan = DiskPlan | DisplayPlan | GuestAgentPlan | NetworkPlan | RngPlan | SerialPlan;

/** All devices of a spec, in the order of the command line. */
export function planDevices(spec: VmSpec, context: DeviceContext): DevicePlan[] {
  return [
    ...planSerial(spec.serial, context),
    ...planDisks(spec.disks, context),
    ...planNetworks(spec.networks, context),
    ...planGuestAgent(spec.guestAgent, context),
    ...planRng(spec.rng, context),
    ...planDisplay(spec.display, context),
  ];
}

export function deviceOptions(device: DevicePlan): QemuOption[] {
  switch (device.kind) {
    case 'disk':
      return diskOptions(device);
    case 'display':
      return displayOptions(device);
    case 'guestAgent':
      return guestAgentOptions(device);
    case 'network':
      return networkOptions(device);
    case 'rng':
      return rngOptions(device);
    case 'serial':
      return serialOptions(device);
  }
}
