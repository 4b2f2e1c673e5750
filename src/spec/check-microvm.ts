/** Checks of what a microvm can have: it has no PCI, so a device needs a form on virtio-mmio or on the ISA bus. Pure. QEMU's docs/system/i386/microvm. */
import type { KeyIssue } from './error.js';
import { chipsetOf } from './machine-type.js';
import type { VmSpec } from './schema.js';

export function checkMicrovm(spec: VmSpec): KeyIssue[] {
  if (chipsetOf(spec.machine.type) !== 'microvm') return [];
  return [firmware, storage, cards, screens, usb, peripherals].flatMap((check) => check(spec));
}

const issue = (key: string, message: string, hint: string): KeyIssue => ({ key, message, hint });

/** A device that QEMU has on PCI only, or on what hangs on it. */
const onPci = (key: string, what: string, hint = 'remove it, or write machine: {type: q35}'): KeyIssue =>
  issue(key, `microvm has no PCI for ${what}`, hint);

function firmware({ boot }: VmSpec): KeyIssue[] {
  if (boot.firmware !== 'uefi') return [];
  return [
    issue('boot.firmware', 'microvm has no flash for UEFI', 'write firmware: bios, and give boot.kernel'),
  ];
}

function storage({ controllers }: VmSpec): KeyIssue[] {
  return controllers.flatMap((controller, index) =>
    controller.type === 'scsi' && controller.model === 'virtio'
      ? []
      : [
          onPci(
            `controllers[${index}]`,
            `this ${controller.type} controller`,
            'take a virtio one: type: scsi',
          ),
        ],
  );
}

function cards({ sound }: VmSpec): KeyIssue[] {
  return sound.length > 0 ? [onPci('sound', 'sound cards')] : [];
}

function screens({ display, video }: VmSpec): KeyIssue[] {
  return [
    ...(display.length > 0 ? [issue('display', 'microvm has no screen', 'write display: none')] : []),
    ...video.flatMap(({ model }) =>
      ['auto', 'none', 'virtio', 'ramfb'].includes(model)
        ? []
        : [onPci('video', model, 'write virtio or none')],
    ),
  ];
}

function usb({ usb, usbControllers, serial }: VmSpec): KeyIssue[] {
  const lists = { usb, usbControllers };
  return [
    ...Object.entries(lists).flatMap(([key, list]) =>
      list.length > 0 ? [onPci(key, 'USB controllers')] : [],
    ),
    ...serial.flatMap(({ model }, index) =>
      model === 'pci' || model === 'usb'
        ? [onPci(`serial[${index}].model`, `a serial port on ${model.toUpperCase()}`, 'write model: isa')]
        : [],
    ),
  ];
}

function peripherals({ hostDevices, watchdog, panic, pstore, sharedMemory, memory }: VmSpec): KeyIssue[] {
  const issues: KeyIssue[] = [];
  if (hostDevices.length > 0) issues.push(onPci('hostDevices', 'devices of the host'));
  if (watchdog !== null && [watchdog.model].flat().some((model) => model !== 'ib700'))
    issues.push(onPci('watchdog', 'this watchdog', 'write {model: ib700}, or remove it'));
  if (panic?.model === 'pci') issues.push(onPci('panic', 'it', 'write panic: isa'));
  if (pstore !== false) issues.push(onPci('pstore', 'the storage of last words (ACPI ERST)'));
  if (sharedMemory.length > 0) issues.push(onPci('sharedMemory', 'memory shared with others'));
  if (memory.modules.length > 0)
    issues.push(issue('memory.modules', 'microvm takes no memory modules', 'raise memory.size'));
  return issues;
}
