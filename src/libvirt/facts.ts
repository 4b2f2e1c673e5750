/** What several converters ask of a domain. Pure. */
import type { XmlNode } from './node.js';

export interface DomainFacts {
  readonly machine: 'q35' | 'pc' | 'microvm';
  readonly accelerator: 'kvm' | 'tcg';
}

/** libvirt's default machine is `pc`. */
export function domainFacts(domain: XmlNode): DomainFacts {
  const machine = domain.at('os', 'type')?.attribute('machine') ?? 'pc';
  return {
    machine: /q35/.test(machine) ? 'q35' : machine === 'microvm' ? 'microvm' : 'pc',
    accelerator: domain.attribute('type') === 'qemu' ? 'tcg' : 'kvm',
  };
}
