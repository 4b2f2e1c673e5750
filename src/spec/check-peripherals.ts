/** Checks of the devices besides disks and networks. Pure. */
import { hostDeviceId } from '../devices/host-devices.js';
import { sharedMemoryId } from '../devices/shared-memory.js';
import { shareId } from '../devices/shares-section.js';
import { controllerId } from '../devices/usb-controller.js';
import { usbId } from '../devices/usb-section.js';
import { checkDisplay, checkVideo } from './check-display.js';
import { checkHostDevices, checkUsb } from './check-host-devices.js';
import type { KeyIssue } from './error.js';
import { chipsetOf } from './machine-type.js';
import { anyOf } from './printable.js';
import type { VmSpec } from './schema.js';

/** Devices that may have an id of the user's own, for the check of all ids. */
export function peripheralIds(spec: VmSpec): { id: string; key: string; own: boolean }[] {
  const list = <T extends { id?: string | undefined }>(
    items: readonly T[],
    key: string,
    idOf: (item: T, index: number) => string,
  ) =>
    items.map((item, index) => ({
      id: idOf(item, index),
      key: `${key}[${index}]`,
      own: item.id !== undefined,
    }));
  return [
    ...list(spec.usbControllers, 'usbControllers', controllerId),
    ...list(spec.usb, 'usb', usbId),
    ...list(spec.hostDevices, 'hostDevices', hostDeviceId),
    ...list(spec.sharedMemory, 'sharedMemory', sharedMemoryId),
    ...list(spec.shares, 'shares', shareId),
    ...list(spec.audio, 'audio', ({ id }, index) => id ?? `audio${index}`),
  ];
}

export function checkPeripherals(spec: VmSpec): KeyIssue[] {
  return [
    checkHostDevices,
    checkUsb,
    checkDisplay,
    checkAudio,
    checkVideo,
    checkSound,
    checkPorts,
    checkWatchdog,
    checkFirmwareData,
  ].flatMap((check) => check(spec));
}

/** Keys that not every sound system has, with those that have them. */
const audioKeys = [
  ['server', ['pa', 'jack']],
  ['output', ['alsa', 'oss', 'pa', 'pipewire']],
  ['input', ['alsa', 'oss', 'pa', 'pipewire']],
  ['path', ['wav']],
] as const;

function checkAudio({ audio }: VmSpec): KeyIssue[] {
  return audio.flatMap((backend, index) =>
    audioKeys
      .filter(([name, types]) => backend[name] !== undefined && !types.some((type) => type === backend.type))
      .map(([name, types]) => ({
        key: `audio[${index}].${name}`,
        message: `is for type: ${anyOf(types)} only`,
        hint: `write type: ${types[0]}, or remove it`,
      })),
  );
}

function checkSound({ audio, sound }: VmSpec): KeyIssue[] {
  const ids = new Set(audio.map(({ id }, index) => id ?? `audio${index}`));
  return sound.flatMap(({ audio: named }, index) =>
    named === undefined || ids.has(named)
      ? []
      : [
          {
            key: `sound[${index}].audio`,
            message: `there is no audio backend ${named}`,
            hint: `add {id: ${named}} to audio`,
          },
        ],
  );
}

/** What connects must say where to; a name in the guest belongs to one channel. */
function checkPorts(spec: VmSpec): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const names = new Set([
    ...(spec.guestAgent ? ['org.qemu.guest_agent.0'] : []),
    ...(spec.display.some((one) => one.type === 'spice' && one.agent) ? ['com.redhat.spice.0'] : []),
  ]);
  for (const [index, { name }] of spec.channels.entries()) {
    if (names.has(name)) {
      issues.push({
        key: `channels[${index}].name`,
        message: `there is a channel ${name} already`,
        hint: 'choose another, or remove this one',
      });
    }
    names.add(name);
  }
  for (const [index, { model, ioPort, irq }] of spec.serial.entries()) {
    const foreign = [
      ...(ioPort !== undefined && model !== 'isa' && model !== 'debug' ? ['ioPort'] : []),
      ...(irq !== undefined && model !== 'isa' ? ['irq'] : []),
    ];
    for (const name of foreign)
      issues.push({
        key: `serial[${index}].${name}`,
        message: `a serial port of model ${model} has none of its own`,
        hint: 'write model: isa, or remove it',
      });
  }
  for (const section of ['serial', 'parallel', 'console', 'channels'] as const) {
    for (const [index, port] of spec[section].entries()) {
      const key = `${section}[${index}]`;
      if (port.type === 'socket' && !port.server && port.path === undefined) {
        issues.push({ key, message: 'connects, but does not say where to', hint: 'write path' });
      }
      if ((port.type === 'socket' || port.type === 'tcp') && port.server && port.reconnect !== undefined) {
        issues.push({
          key: `${key}.reconnect`,
          message: 'is for a port that connects',
          hint: 'write server: false, or remove it',
        });
      }
    }
  }
  return issues;
}

/** QEMU would take the word for a chip that is not there. */
function checkWatchdog({ watchdog, machine }: VmSpec): KeyIssue[] {
  const itco = watchdog !== null && [watchdog.model].flat().includes('itco');
  if (!itco || chipsetOf(machine.type) === 'q35') return [];
  return [
    {
      key: 'watchdog.model',
      message: `itco is a part of the q35 chipset, which ${machine.type} is not`,
      hint: 'write i6300esb or ib700',
    },
  ];
}

function checkFirmwareData({ fwCfg, pstore, rng, balloon, ioThreads }: VmSpec): KeyIssue[] {
  const issues: KeyIssue[] = fwCfg.flatMap(({ file, string }, index) =>
    (file === undefined) === (string === undefined)
      ? [{ key: `fwCfg[${index}]`, message: 'must have either file or string', hint: 'write one of the two' }]
      : [],
  );
  if (typeof pstore === 'object' && pstore.size % 8192 !== 0) {
    issues.push({ key: 'pstore.size', message: 'must be a multiple of 8 KiB', hint: 'write 64KiB' });
  }
  for (const [index, { backend, source, daemon }] of rng.entries()) {
    const key = rng.length === 1 ? 'rng' : `rng[${index}]`;
    if (backend === 'egd' && (source === undefined) === (daemon === undefined))
      issues.push({ key, message: 'egd needs the socket of its daemon', hint: 'write source, or daemon' });
    else if (backend !== 'egd' && daemon !== undefined)
      issues.push({
        key: `${key}.daemon`,
        message: 'is of egd alone',
        hint: 'write backend: egd, or remove it',
      });
  }
  if (balloon?.freePageHint && ioThreads === 0) {
    issues.push({
      key: 'balloon.freePageHint',
      message: 'needs an I/O thread',
      hint: 'write ioThreads: 1 at the top of the spec',
    });
  }
  return issues;
}
