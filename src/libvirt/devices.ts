/** `<devices>` of a domain. Pure. libvirt's docs: formatdomain, "Devices". */

import { convertAudio } from './devices/audio.js';
import { convertControllers } from './devices/controllers.js';
import { convertDisk } from './devices/disk.js';
import { throttleGroups } from './devices/disk-limits.js';
import { DiskPlaces } from './devices/disk-places.js';
import { convertFilesystems } from './devices/filesystem.js';
import { convertGraphics } from './devices/graphics.js';
import { convertHostDevices } from './devices/hostdev.js';
import { convertInputs } from './devices/input.js';
import { convertNetworks } from './devices/interface.js';
import { convertIommu } from './devices/iommu.js';
import { convertMemoryModules } from './devices/memory.js';
import { convertPorts } from './devices/ports.js';
import { convertSharedMemory } from './devices/shmem.js';
import {
  convertBalloon,
  convertCrypto,
  convertPanic,
  convertPstore,
  convertRng,
  convertVsock,
  convertWatchdog,
} from './devices/small.js';
import { convertSmartcard } from './devices/smartcard.js';
import { convertTpm } from './devices/tpm.js';
import { convertUsbControllers } from './devices/usb.js';
import { convertRedirected } from './devices/usb-devices.js';
import { settleUsbPorts } from './devices/usb-ports.js';
import { convertVideo } from './devices/video.js';
import type { SpecDraft } from './draft.js';
import { domainFacts } from './facts.js';
import { IoThreadNumbers } from './io-threads.js';
import { XmlNode } from './node.js';
import type { Notes } from './report.js';

export function convertDevices(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const devices = domain.child('devices') ?? noDevices(domain, notes);
  const facts = domainFacts(domain);
  const threads = new IoThreadNumbers(domain);
  convertEmulator(devices, notes);
  const places = new DiskPlaces(facts, draft);
  convertControllers(devices, draft, notes, { machine: facts.machine, places, threads });
  const groups = throttleGroups(domain);
  for (const node of devices.children('disk')) convertDisk(node, draft, notes, { places, groups, threads });
  convertNetworks(devices, draft, notes);
  const { spice } = convertPorts(devices, draft, notes);
  convertGraphics(devices, spice, draft, notes);
  convertVideo(devices, draft, notes);
  convertAudio(devices, draft, notes);
  const usb = convertUsbControllers(devices, draft, notes, facts);
  convertInputs(devices, usb, draft, notes);
  convertRedirected(devices, usb, draft, notes);
  convertHostDevices(devices, usb, places, draft, notes);
  convertSmartcard(devices, draft, notes);
  settleUsbPorts(devices, draft, notes);
  convertVsock(devices, draft);
  convertBalloon(devices, draft);
  convertWatchdog(devices, draft, notes, facts);
  convertPanic(devices, draft, notes);
  convertCrypto(devices, draft, notes);
  convertPstore(devices, draft, notes);
  convertSharedMemory(devices, draft, notes);
  convertMemoryModules(domain, devices, draft, notes);
  convertIommu(devices, domain, draft, notes);
  convertRng(devices, draft, notes);
  convertTpm(devices, draft, notes);
  convertFilesystems(devices, draft, notes);
}

/** A domain that names no devices has those that libvirt implies. */
function noDevices({ line, path }: XmlNode, notes: Notes): XmlNode {
  return new XmlNode({ name: 'devices', line, attributes: new Map(), children: [], text: '' }, notes, path);
}

/** `vm` takes the QEMU of PATH: that of the domain may be a wrapper, or not be here. */
function convertEmulator(devices: XmlNode, notes: Notes): void {
  const node = devices.child('emulator');
  const path = node?.text();
  if (node === undefined || path === undefined) return;
  if (!/^\/usr\/bin\/(?:qemu-system-x86_64|qemu-kvm|kvm)$/.test(path))
    notes.changed(node, `${path}: vm takes qemu-system-x86_64 of PATH; say qemu.binary for another`);
}
