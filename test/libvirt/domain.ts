import { type ImportedDomain, importLibvirt } from '../../src/libvirt/import.js';

/** A q35 domain with what a test is about; `os` and `devices` go where they belong. */
export function domainXml({ inside = '', os = '', devices = '' } = {}): string {
  return `<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>1024</memory>
  <vcpu>2</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type>${os}</os>
  ${inside.includes('<features>') ? '' : '<features><acpi/></features>'}
  ${inside}
  <devices><memballoon model='none'/>${devices}</devices>
</domain>`;
}

export function imported(parts: Parameters<typeof domainXml>[0] = {}): ImportedDomain {
  return importLibvirt(domainXml(parts), { file: 'web.xml' });
}

/** Notes of an import as `kind path: message`. */
export function told({ notes }: ImportedDomain): string[] {
  return notes.map(({ kind, path, message }) => `${kind} ${path}: ${message}`);
}
