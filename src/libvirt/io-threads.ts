/** The I/O threads of a domain: libvirt's numbers begin at 1 and may have gaps, those of a spec count from 0. Pure. libvirt's docs: formatdomain, "IOThreads Allocation". */
import type { XmlNode } from './node.js';

export class IoThreadNumbers {
  readonly #ids: readonly number[];

  constructor(domain: XmlNode) {
    const named = (domain.child('iothreadids')?.children('iothread') ?? []).flatMap(
      (thread) => thread.integer('id', 1) ?? [],
    );
    const count = Math.max(named.length, Math.min(domain.child('iothreads')?.integerText() ?? 0, 1024));
    const ids = [...new Set(named)];
    // libvirt gives threads that have no id the lowest free ones.
    for (let id = 1; ids.length < count; id++) if (!ids.includes(id)) ids.push(id);
    this.#ids = ids;
  }

  /** The number in the spec; undefined for none, and for one that the domain does not have. */
  numberOf(id: number | undefined): number | undefined {
    const index = id === undefined ? -1 : this.#ids.indexOf(id);
    return index === -1 ? undefined : index;
  }
}
