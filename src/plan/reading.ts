/** What is read of this machine for the plan of a spec. Pure. */
import { posix } from 'node:path';
import { cloudInitFiles } from '../devices/cloud-init-section.js';
import { diskFiles, headedImages } from '../devices/disk-files.js';
import { peripheralFiles } from '../devices/peripheral-files.js';
import { virtiofsdPrograms } from '../devices/virtiofsd.js';
import { isLimited } from '../spec/limits.js';
import type { VmSpec } from '../spec/schema.js';
import { restrictiveKey } from './confinement.js';
import type { FactsWanted, HostFacts } from './facts.js';

export interface Reading {
  /** Every file that the spec names, and every program that must be known better. */
  readonly files: readonly string[];
  /** Those of them whose qcow2 headers may be believed, */
  readonly headed: readonly string[];
  /** that are a virtiofsd, */
  readonly daemons: readonly string[];
  /** and whose content goes into the guest. */
  readonly texts: readonly string[];
  readonly qemu: {
    readonly binary: string | undefined;
    readonly accelerator: VmSpec['machine']['accelerator'];
  };
  readonly resctrl: boolean;
  readonly cgroups: boolean;
  readonly interrupts: boolean;
}

/** With the other facts a plan would be the same. */
export function factsWanted(spec: VmSpec): FactsWanted {
  const { hostDevices, usb, disks, networks, boot, shares, tpm, video } = spec;
  const drives = disks.some(({ source }) => typeof source === 'object' && source.type === 'nvme');
  return {
    devices: hostDevices.length > 0 || drives || usb.some(({ type }) => type === 'host'),
    disks: disks.length > 0,
    interfaces: networks.some(({ type }) => type !== 'user'),
    firmware: boot.firmware === 'uefi',
    programs:
      shares.length > 0 ||
      tpm !== null ||
      networks.some(({ type }) => type === 'passt') ||
      video.some(({ vhostUser }) => vhostUser !== null),
  };
}

export function readingOf(spec: VmSpec, host: HostFacts): Reading {
  const daemons = virtiofsdPrograms(spec.shares, host);
  const texts = cloudInitFiles(spec.cloudInit).map(({ path }) => path);
  return {
    files: [...specFiles(spec), ...texts, ...daemons],
    headed: headedImages(spec.disks),
    daemons,
    texts,
    qemu: { binary: spec.qemu.binary, accelerator: spec.machine.accelerator },
    resctrl: spec.placement.cache.length > 0,
    cgroups:
      spec.placement.isolation === 'cgroup' || isLimited(spec.limits) || restrictiveKey(spec) !== undefined,
    interrupts: spec.placement.interrupts === 'away',
  };
}

function specFiles(spec: VmSpec): string[] {
  const { boot, memory, disks } = spec;
  const memoryPaths = memory.path === undefined ? [] : [memory.path, posix.dirname(memory.path)];
  const paths = [
    boot.kernel,
    boot.initrd,
    boot.rom,
    boot.splash,
    boot.code,
    boot.variables,
    ...memoryPaths,
    ...diskFiles(disks),
    ...peripheralFiles(spec),
  ];
  return paths.filter((path) => path !== undefined);
}
