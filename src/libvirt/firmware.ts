/** `<loader>`, `<nvram>` and `<firmware>` of a domain. Pure. libvirt's docs: formatdomain, "BIOS bootloader". */
import type { SpecDraft } from './draft.js';
import type { XmlNode } from './node.js';
import type { Notes } from './report.js';

export function convertFirmware(os: XmlNode, draft: SpecDraft, notes: Notes): void {
  const wanted = os.oneOf('firmware', ['bios', 'efi']);
  const loader = os.child('loader');
  const features = readFeatures(os.child('firmware'));
  const path = loader?.text() ?? '';
  const rom = loader?.oneOf('type', ['rom', 'pflash']);
  loader?.ignore('@readonly', '@format', '@secure', '@stateless');
  if (wanted === 'efi' || rom === 'pflash') {
    const place = loader ?? os;
    draft.merge('boot', { firmware: 'uefi' }, place);
    convertSecurity(os, loader, features, draft);
    if (path !== '') draft.merge('boot', { code: path }, place);
    convertVariables(os, loader, path, draft, notes);
    return;
  }
  if (path !== '' && loader) draft.merge('boot', { rom: path }, loader);
  os.child('nvram')?.ignoreAll();
}

interface FirmwareFeatures {
  readonly secureBoot?: boolean | undefined;
  readonly enrolledKeys?: boolean | undefined;
}

function readFeatures(firmware: XmlNode | undefined): FirmwareFeatures {
  const features = firmware?.children('feature') ?? [];
  const enabled = (name: string) =>
    features.find((feature) => feature.attribute('name') === name)?.yesNo('enabled');
  return { secureBoot: enabled('secure-boot'), enrolledKeys: enabled('enrolled-keys') };
}

/** Secure Boot that only firmware of a certain kind has, and the keys that come with it. */
function convertSecurity(
  os: XmlNode,
  loader: XmlNode | undefined,
  { secureBoot, enrolledKeys }: FirmwareFeatures,
  draft: SpecDraft,
): void {
  const place = loader ?? os;
  const secure = loader?.yesNo('secure') ?? secureBoot;
  if (secure === true) draft.merge('boot', { secureBoot: true }, place);
  if (enrolledKeys !== undefined) draft.merge('boot', { enrolledKeys }, os);
}

function convertVariables(
  os: XmlNode,
  loader: XmlNode | undefined,
  code: string,
  draft: SpecDraft,
  notes: Notes,
): void {
  const nvram = os.child('nvram');
  if (loader?.yesNo('stateless') === true) {
    if (code !== '') draft.merge('boot', { stateless: true }, loader);
    else notes.dropped(loader, 'firmware without variables is not looked for: name its image in boot.code');
    return;
  }
  if (loader && code !== '' && nvram === undefined && isWritable(loader, code)) {
    draft.merge('boot', { writable: true }, loader);
    convertFormats(loader, nvram, draft, notes);
    return;
  }
  if (nvram?.oneOf('type', ['file', 'network', 'block']) === 'network') {
    nvram.ignoreAll();
    notes.dropped(nvram, 'UEFI variables are kept in a file of this machine');
  } else if (nvram) {
    const kept = nvramFile(nvram);
    if (kept !== undefined) draft.merge('boot', { nvram: kept }, nvram);
  }
  const template = nvram?.attribute('template');
  if (nvram && template !== undefined && code !== '') draft.merge('boot', { variables: template }, nvram);
  else if (nvram && template !== undefined)
    notes.dropped(nvram, `the template ${template} counts only for an image that is named`);
  convertFormats(loader, nvram, draft, notes);
  if (code !== '' && template === undefined) guessTemplate(loader ?? os, code, draft, notes);
}

/** libvirt's default is that the guest writes it; an image that holds code alone, by its name, is one that all VMs share. */
function isWritable(loader: XmlNode, code: string): boolean {
  return !(loader.yesNo('readonly') ?? /code/i.test(code));
}

function nvramFile(nvram: XmlNode): string | undefined {
  const source = nvram.child('source');
  const path = source?.attribute('file') ?? source?.attribute('dev') ?? nvram.text();
  return path === '' ? undefined : path;
}

/** Distributions name both after one pattern. */
function guessTemplate(place: XmlNode, code: string, draft: SpecDraft, notes: Notes): void {
  if (draft.get('boot')?.nvram !== undefined) return;
  const guess = code
    .replace(/CODE/, 'VARS')
    .replace(/code/, 'vars')
    .replace(/\.(secboot|secure)/, '');
  if (guess !== code) {
    draft.merge('boot', { variables: guess }, place);
    notes.approximated(place, `the template of its variables is not named, and taken to be ${guess}`);
    return;
  }
  draft.merge('boot', { stateless: true }, place);
  notes.approximated(
    place,
    'no variables are kept, as the image is mapped read-only and no template is named',
  );
}

function convertFormats(
  loader: XmlNode | undefined,
  nvram: XmlNode | undefined,
  draft: SpecDraft,
  notes: Notes,
): void {
  const code = loader?.oneOf('format', ['raw', 'qcow2']);
  const variables = nvram?.oneOf('format', ['raw', 'qcow2']);
  const template = nvram?.oneOf('templateFormat', ['raw', 'qcow2']);
  const formats = new Set([code, variables, template].filter((format) => format !== undefined));
  const format = code ?? variables;
  if (format !== undefined && loader && loader.text() !== '') draft.merge('boot', { format }, loader);
  else if (format === 'qcow2' && (loader ?? nvram))
    notes.dropped(loader ?? (nvram as XmlNode), 'firmware is not looked for by its format');
  if (formats.size > 1 && nvram)
    notes.dropped(nvram, 'image and variables have one format here, that of the image');
}
