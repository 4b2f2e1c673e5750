/** A libvirt domain to a spec, with a report of what was changed or lost on the way. Pure. libvirt's docs: formatdomain. */
import { VmError } from '../errors.js';
import { printable } from '../spec/printable.js';
import { convertBoot } from './boot.js';
import { convertClock } from './clock.js';
import { convertCpu } from './cpu.js';
import { convertDevices } from './devices.js';
import { type SpecDocument, SpecDraft } from './draft.js';
import { convertFeatures } from './features.js';
import { finish } from './finish.js';
import { convertHostSide } from './host-side.js';
import { convertIdentity } from './identity.js';
import { convertLifecycle } from './lifecycle.js';
import { convertMemory } from './memory.js';
import { XmlNode } from './node.js';
import { convertNuma } from './numa.js';
import { convertQemuNamespace } from './qemu-namespace.js';
import { readXml } from './read-xml.js';
import { type Note, Notes } from './report.js';
import { convertSysinfo } from './smbios.js';
import { specText } from './spec-text.js';
import { convertVcpus } from './vcpus.js';

export interface ImportedDomain {
  /** It loads as it is. */
  readonly spec: SpecDocument;
  /** The same as YAML. */
  readonly yaml: string;
  /** By line. */
  readonly notes: readonly Note[];
}

type Converter = (domain: XmlNode, draft: SpecDraft, notes: Notes) => void;

/** In the order of a spec; devices last, as they look at what the machine is. */
const converters: readonly Converter[] = [
  convertIdentity,
  convertBoot,
  convertFeatures,
  convertCpu,
  convertVcpus,
  convertMemory,
  convertNuma,
  convertSysinfo,
  convertClock,
  convertLifecycle,
  convertQemuNamespace,
  convertHostSide,
  convertDevices,
];

/**
 * Reads the XML of a domain, as `virsh dumpxml` or `virt-install --print-xml` write it; a running domain's does as well.
 * What the spec can't say is dropped with a note, and never fails the import.
 * @param options.file how the XML is called in errors and in the comment at the top.
 * @throws VmError `import.xml` for what is no XML, `import.unsupported` for what is no x86 domain of QEMU.
 */
export function importLibvirt(xml: string | Uint8Array, { file }: { readonly file: string }): ImportedDomain {
  const notes = new Notes();
  const domain = new XmlNode(readXml(xml, file), notes);
  if (domain.name !== 'domain') {
    throw new VmError('import.unsupported', `${file}:${domain.line}: <${domain.name}> is no domain`, {
      hint: 'Give what `virsh dumpxml NAME` prints.',
    });
  }
  checkKind(domain, file);
  const draft = new SpecDraft();
  for (const convert of converters) convert(domain, draft, notes);
  for (const { xml: lost, ...place } of domain.unread()) notes.dropped(place, lost);
  const spec = finish(draft, notes, (document) => specText(document, file));
  return { spec, yaml: specText(spec, file), notes: notes.list() };
}

/** @throws VmError `import.unsupported`. */
function checkKind(domain: XmlNode, file: string): void {
  const type = domain.attribute('type') ?? 'kvm';
  const osType = domain.at('os', 'type');
  const arch = osType?.attribute('arch') ?? 'x86_64';
  const place = `${file}:${(osType ?? domain).line}`;
  if (!['kvm', 'qemu'].includes(type))
    throw new VmError(
      'import.unsupported',
      `${place}: a domain of type ${printable(type)} is none of QEMU's`,
    );
  if (arch !== 'x86_64' && arch !== 'i686') {
    throw new VmError(
      'import.unsupported',
      `${place}: the architecture ${printable(arch)} is not known here`,
      {
        hint: 'Only x86 guests are.',
      },
    );
  }
}
