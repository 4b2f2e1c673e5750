/** Who the domain is: name, UUID, description. Pure. libvirt's docs: formatdomain, "General metadata". */
import { namePattern } from '../spec/name.js';
import { printable } from '../spec/printable.js';
import type { SpecDraft } from './draft.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';

const uuidPattern = /^[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}$/i;

export function convertIdentity(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  // Of a running domain: its number, which is new at every start.
  domain.ignore('@id', '@type');
  convertName(domain, draft, notes);
  const uuid = domain.child('uuid');
  if (uuid) {
    const id = readUuid(uuid, notes);
    if (id !== undefined) draft.set('uuid', id, uuid);
  }
  const generation = domain.child('genid');
  if (generation) {
    const id = generation.text() === '' ? 'new' : readUuid(generation, notes);
    if (id !== undefined) draft.set('generationId', id, generation);
  }
  for (const name of ['title', 'description', 'metadata']) {
    const words = domain.child(name);
    words?.ignoreAll();
    if (words) notes.dropped(words, 'nothing of it reaches QEMU: keep it as a comment in the spec');
  }
}

function convertName(domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const node = domain.child('name');
  const written = node?.text() ?? '';
  const name = written
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64);
  const valid = namePattern.test(name) ? name : 'vm';
  if (valid !== written)
    notes.changed(node ?? domain, `the name is ${valid}: ${printable(written)} is none that vm takes`);
  draft.set('name', valid, node ?? domain);
}

/** With its dashes, which libvirt does not ask for. */
function readUuid(node: XmlNode, notes: Notes): string | undefined {
  const text = node.text();
  if (!uuidPattern.test(text)) {
    notes.dropped(node, `${printable(text)} is no UUID`);
    return undefined;
  }
  const digits = text.toLowerCase().replaceAll('-', '');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
