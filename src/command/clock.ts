/** The guest's clock, what happens when it ends, and properties of devices that the machine itself makes. Pure. QEMU's docs: qemu-options, -rtc, -action, -global. */
import type { VmPlan } from '../plan/plan.js';
import type { QemuOption } from './option.js';
import { keyValue } from './quote.js';

export function clockOptions({ machine: { rtc, actions } }: VmPlan): QemuOption[] {
  return [
    ...(rtc === null
      ? []
      : [
          {
            group: 'machine' as const,
            flag: '-rtc',
            value: keyValue(undefined, rtc),
            origin: 'clock',
            why: "What the guest's hardware clock starts with, and what becomes of ticks that it missed.",
          },
        ]),
    ...(actions === null
      ? []
      : [
          {
            group: 'machine' as const,
            flag: '-action',
            value: keyValue(undefined, actions),
            origin: 'lifecycle',
            why: 'What QEMU does when the guest restarts, powers off or crashes.',
          },
        ]),
  ];
}

const reasons: Readonly<Record<string, string>> = {
  'virtio-mmio': 'Virtio devices of today: the old form has no place for what they offer.',
  'cfi.pflash01': 'The UEFI variables can be written from system management mode alone, not by the system.',
  mch: 'Memory that system management mode has for itself.',
  'kvm-pit': 'What becomes of timer ticks that the guest missed.',
  'ICH9-LPC': 'Whether the guest may suspend itself.',
  PIIX4_PM: 'Whether the guest may suspend itself.',
};

export function globalOptions({ machine: { globals } }: VmPlan): QemuOption[] {
  return globals.map(({ driver, property, value, key }) => ({
    group: 'machine',
    flag: '-global',
    value: keyValue(undefined, { driver, property, value }),
    origin: key,
    why: reasons[driver] ?? 'A property of a device that the machine makes itself.',
  }));
}
