/** Secrets that libvirt keeps: the spec names files, and the user must put them there. Pure. */
import type * as z from 'zod';
import type { blockSource } from '../../devices/block-sources.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';

export type SourceInput = z.input<typeof blockSource>;

/** The file that the spec names in place of one of libvirt's secrets. @param secret the element with `uuid` or `usage`. */
export function secretFile(secret: XmlNode, what: string, notes: Notes): string {
  secret.ignore('@type');
  const uuid = secret.attribute('uuid');
  const usage = secret.attribute('usage');
  const name = uuid ?? usage ?? 'secret';
  const file = `secrets/${name.replaceAll(/[^A-Za-z0-9._-]+/g, '_').replace(/^\.+/, '')}`;
  const source =
    uuid === undefined ? `usage ${usage ?? ''}` : `${uuid}: \`virsh secret-get-value --plain ${uuid}\``;
  notes.changed(
    secret,
    `${what} stays with libvirt (${source.trim()}): put it into the file ${file}, mode 0600`,
  );
  return file;
}
