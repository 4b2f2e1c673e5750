/** Every kind of device: a new one is a file beside this one and a line in each function. Pure. */
import type { QemuOption } from '../command/option.js';
import type { VmSpec } from '../spec/schema.js';
import { blockOptions } from './block-nodes.js';
import type { DeviceContext } from './context.js';
import { controllerOptions } from './controller-options.js';
import type { ControllerPlan } from './controllers.js';
import { diskDeviceOptions } from './disk-device.js';
import { type DiskPlan, planStorage } from './disk-plan.js';
import { type NetworkPlan, planNetworks } from './network.js';
import { networkOptions } from './network-options.js';
import { type PeripheralPlan, peripheralOptions, planPeripherals } from './peripherals.js';
import { planSerial } from './serial.js';
import { planUsbControllers } from './usb-controller.js';

export type DevicePlan = ControllerPlan | DiskPlan | NetworkPlan | PeripheralPlan;

/** All devices of a spec, in the order of the command line. */
export function planDevices(spec: VmSpec, context: DeviceContext): DevicePlan[] {
  const devices: DevicePlan[] = [
    ...planSerial(spec.serial, context),
    ...planStorage(spec, context),
    ...planNetworks(spec.networks, context),
    ...planPeripherals(spec, context),
  ];
  // First on the command line, but only the devices tell whether there is one.
  return [...planUsbControllers(spec.usbControllers, context), ...devices];
}

export function deviceOptions(device: DevicePlan): QemuOption[] {
  switch (device.kind) {
    case 'controller':
      return controllerOptions(device);
    case 'disk':
      return [...blockOptions(device), ...diskDeviceOptions(device)];
    case 'network':
      return networkOptions(device);
    default:
      return peripheralOptions(device);
  }
}
