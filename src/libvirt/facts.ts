/** What several converters ask of a domain. Pure. */
import type { XmlNode } from './node.js';

export interface DomainFacts {
  readonly machine: 'q35' | 'pc' | 'microvm';
  readonly accelerator: 'kvm' | 'tcg';
}

/** Of the spec, and more than any guest has. */
const mostIoThreads = 1024;

/** libvirt's default machine is `pc`. */
export function domainFacts(domain: XmlNode): DomainFacts {
  const machine = domain.at('os', 'type')?.attribute('machine') ?? 'pc';
  return {
    machine: /q35/.test(machine) ? 'q35' : machine === 'microvm' ? 'microvm' : 'pc',
    accelerator: domain.attribute('type') === 'qemu' ? 'tcg' : 'kvm',
  };
}

/** The ids of the I/O threads, in the order of the spec's: a disk that names id 3 means the one at its place in this list. */
export function ioThreadIds(domain: XmlNode): readonly number[] {
  const named = (domain.child('iothreadids')?.children('iothread') ?? []).flatMap((thread) => {
    const id = thread.integer('id', 1);
    return id === undefined ? [] : [id];
  });
  const ids = new Set(named);
  const count = Math.min(domain.child('iothreads')?.integerText() ?? 0, mostIoThreads);
  for (let id = 1; ids.size < count; id++) ids.add(id);
  return [...ids];
}
