/** Checks of `boot`. Pure. QEMU's docs/system/linuxboot. */
import { networkId } from '../devices/network-section.js';
import { bootKinds } from './boot.js';
import type { KeyIssue } from './error.js';
import { chipsetOf } from './machine-type.js';
import { printable } from './printable.js';
import type { VmSpec } from './schema.js';

export function checkBoot(spec: VmSpec): KeyIssue[] {
  return [...checkKernel(spec), ...checkFirmware(spec), ...checkOrder(spec)];
}

function checkKernel({ boot }: VmSpec): KeyIssue[] {
  return (['initrd', 'cmdline'] as const)
    .filter((key) => boot[key] !== undefined && boot.kernel === undefined)
    .map((key) => ({
      key: `boot.${key}`,
      message: 'needs a kernel',
      hint: 'give boot.kernel, or remove this key',
    }));
}

function checkFirmware({ boot, machine }: VmSpec): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const needs = (key: keyof VmSpec['boot'], what: string, hint: string) =>
    issues.push({ key: `boot.${key}`, message: `needs ${what}`, hint });
  if (boot.firmware === 'bios') {
    for (const key of ['code', 'nvram'] as const) {
      if (boot[key] !== undefined) needs(key, 'firmware: uefi', 'write firmware: uefi, or remove this key');
    }
    if (boot.secureBoot) needs('secureBoot', 'firmware: uefi', 'write firmware: uefi, or secureBoot: false');
  }
  if (boot.firmware === 'uefi' && boot.rom !== undefined) {
    issues.push({
      key: 'boot.rom',
      message: 'takes the place of the firmware, and firmware: uefi is asked for too',
      hint: 'remove one of the two; an image in flash is boot.code',
    });
  }
  if (boot.code === undefined) {
    if (boot.variables !== undefined)
      needs('variables', 'boot.code', 'name the image too, or remove this key');
    if (boot.writable) needs('writable', 'boot.code', 'name an image of this VM alone');
    if (boot.stateless) needs('stateless', 'boot.code', 'name an image that needs no variables');
  } else if (boot.writable && (boot.stateless || boot.variables !== undefined || boot.nvram !== undefined)) {
    issues.push({
      key: 'boot.writable',
      message: 'the variables are in the image itself, and others are asked for too',
      hint: 'remove variables, nvram and stateless, or writable',
    });
  } else if (!boot.stateless && !boot.writable && boot.variables === undefined && boot.nvram === undefined) {
    needs('code', 'boot.variables, the template of its variables', 'write it, or stateless: true');
  }
  if (boot.secureBoot && chipsetOf(machine.type) !== 'q35') {
    needs('secureBoot', 'the machine q35', 'write machine: {type: q35}, or secureBoot: false');
  }
  if (boot.secureBoot && machine.smm === false) {
    issues.push({
      key: 'machine.smm',
      message: 'Secure Boot keeps its variables in system management mode, which is off',
      hint: 'write smm: auto, or secureBoot: false',
    });
  }
  if (boot.menuTimeout !== undefined && boot.menu !== true)
    needs('menuTimeout', 'menu: true', 'write it, or remove this key');
  return issues;
}

function checkOrder(spec: VmSpec): KeyIssue[] {
  const { order } = spec.boot;
  const issues: KeyIssue[] = [];
  const twice = order.findIndex((entry, index) => order.indexOf(entry) !== index);
  if (twice !== -1)
    issues.push({
      key: `boot.order[${twice}]`,
      message: `${order[twice]} is listed twice`,
      hint: 'remove one of the two',
    });
  const known = new Set<string>([...bootKinds, ...deviceIds(spec)]);
  for (const [index, entry] of order.entries()) {
    if (known.has(entry)) continue;
    issues.push({
      key: `boot.order[${index}]`,
      message: `${printable(entry)} is no kind of device and no device's id`,
      hint: 'write disk, cdrom, net, floppy, or the id of a device',
    });
  }
  return issues;
}

/** Of everything that firmware may start from. */
function deviceIds({ disks, networks, hostDevices }: VmSpec): string[] {
  return [
    ...disks.map(({ id }, index) => id ?? `disk${index}`),
    ...networks.map(networkId),
    ...hostDevices.map(({ id }, index) => id ?? `hostdev${index}`),
  ];
}
