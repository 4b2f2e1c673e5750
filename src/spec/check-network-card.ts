/** Checks of network cards: which keys each model knows. Pure. QEMU's hw/net. */
import { virtioCardKeys } from '../devices/network-card-section.js';
import { busOfModel, isVirtioModel } from '../devices/network-models.js';
import type { NetworkSpec } from '../devices/network-section.js';
import type { KeyIssue } from './error.js';
import { chipsetOf } from './machine-type.js';
import type { VmSpec } from './schema.js';

export function checkCard(network: NetworkSpec, key: string, spec: VmSpec): KeyIssue[] {
  const { model } = network;
  return [
    ...(isVirtioModel(model) ? checkVirtio(network, key, spec) : checkOther(network, key)),
    ...checkBus(network, key, spec),
  ];
}

/** With these another process or card reads the rings of a virtio card: there is no other way in. */
const virtioOnly: readonly NetworkSpec['type'][] = ['vhost-user', 'vhost-vdpa'];

function checkOther(network: NetworkSpec, key: string): KeyIssue[] {
  const { model, type } = network;
  const issues: KeyIssue[] = virtioCardKeys
    .filter((name) => network[name] !== undefined)
    .map((name) => ({
      key: `${key}.${name}`,
      message: `only a virtio card has it, not an ${model}`,
      hint: 'write model: virtio, or remove it',
    }));
  if (virtioOnly.includes(type)) {
    issues.push({
      key: `${key}.model`,
      message: `${type} serves virtio cards alone`,
      hint: 'write model: virtio',
    });
  }
  if ('queues' in network && network.queues !== 'auto' && network.queues > 1) {
    issues.push({
      key: `${key}.queues`,
      message: `an ${model} has one queue`,
      hint: 'write model: virtio, or remove queues',
    });
  }
  if ('vhost' in network && network.vhost === true) {
    issues.push({
      key: `${key}.vhost`,
      message: `only a virtio card can have it, not an ${model}`,
      hint: 'write model: virtio, or vhost: auto',
    });
  }
  return issues;
}

function checkVirtio({ model, iommuPlatform }: NetworkSpec, key: string, { iommu }: VmSpec): KeyIssue[] {
  const behind = iommuPlatform ?? (iommu !== undefined && iommu.iommuPlatform !== false);
  if (model !== 'virtio-transitional' || !behind) return [];
  return [
    {
      key: `${key}.model`,
      message: 'a transitional card can not go through an IOMMU',
      hint: 'write virtio or virtio-non-transitional, or iommuPlatform: false',
    },
  ];
}

function checkBus(network: NetworkSpec, key: string, { machine }: VmSpec): KeyIssue[] {
  const { model } = network;
  const microvm = chipsetOf(machine.type) === 'microvm';
  const issues: KeyIssue[] = [];
  if (microvm && model !== 'virtio') {
    issues.push({
      key: `${key}.model`,
      message: `microvm has no PCI for a ${model}`,
      hint: 'write model: virtio',
    });
  }
  if (busOfModel(model) === 'pci' && !microvm) return issues;
  const where = microvm ? 'microvm' : `an ${model}`;
  for (const name of ['rom', 'romBar', 'acpiIndex', 'ats'] as const) {
    if (network[name] === undefined) continue;
    issues.push({ key: `${key}.${name}`, message: `is for PCI, which ${where} has not`, hint: 'remove it' });
  }
  return issues;
}
