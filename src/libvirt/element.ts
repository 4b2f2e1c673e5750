/** An XML document as plain data, with the lines of its elements. Pure. */

/** The namespace in which libvirt takes arguments, properties and capabilities for QEMU itself. */
export const qemuNamespace = 'http://libvirt.org/schemas/domain/qemu/1.0';

export interface XmlElement {
  /** Its local name; `qemu:…` in QEMU's namespace, whatever its prefix is, and `{URI}…` in any other. */
  readonly name: string;
  /** From 1. */
  readonly line: number;
  /** Named like elements. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The text directly in it, without that of its children. */
  readonly text: string;
}
