/** Checks of networks. Pure. */
import type { PortForward } from '../devices/port-forward.js';
import type { KeyIssue } from './error.js';
import type { VmSpec } from './schema.js';

export function checkNetworks({ networks }: VmSpec): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const macs = new Map<string, string>();
  const taps = new Map<string, string>();
  const forwards: { key: string; forward: PortForward }[] = [];
  for (const [index, network] of networks.entries()) {
    const key = `networks[${index}]`;
    if (network.mac !== undefined)
      issues.push(...claim(macs, network.mac, `${key}.mac`, 'give each card its own, or none'));
    if (network.type === 'tap')
      issues.push(...claim(taps, network.device, `${key}.device`, 'give each card its own tap'));
    if (
      'queues' in network &&
      network.queues !== 'auto' &&
      network.queues > 1 &&
      network.model !== 'virtio'
    ) {
      issues.push({
        key: `${key}.queues`,
        message: `an ${network.model} has one queue`,
        hint: 'write model: virtio, or remove queues',
      });
    }
    if ('vhost' in network && network.vhost === true && network.model !== 'virtio') {
      issues.push({
        key: `${key}.vhost`,
        message: `only a virtio card can have it, not an ${network.model}`,
        hint: 'write model: virtio, or vhost: auto',
      });
    }
    if (network.type !== 'user') continue;
    for (const [position, forward] of network.forwards.entries()) {
      const other = forwards.find((held) => clash(held.forward, forward));
      const at = `${key}.forwards[${position}]`;
      if (other)
        issues.push({
          key: at,
          message: `${other.key} takes host port ${forward.hostPort} already`,
          hint: 'choose another host port',
        });
      else forwards.push({ key: at, forward });
    }
  }
  return issues;
}

function claim(holders: Map<string, string>, value: string, key: string, hint: string): KeyIssue[] {
  const holder = holders.get(value);
  if (holder !== undefined) return [{ key, message: `${holder} is ${value} too`, hint }];
  holders.set(value, key);
  return [];
}

const everyAddress = '0.0.0.0';

function clash(a: PortForward, b: PortForward): boolean {
  const address =
    a.hostAddress === b.hostAddress || a.hostAddress === everyAddress || b.hostAddress === everyAddress;
  return address && a.protocol === b.protocol && a.hostPort === b.hostPort;
}
