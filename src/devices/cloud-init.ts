/** The seed of cloud-init: what is in it, and the disk that brings it to the guest. Pure. cloud-init's documentation: datasource NoCloud. */
import { stringify } from 'yaml';
import type { FileFacts } from '../plan/facts.js';
import type { PlanNotes } from '../plan/findings.js';
import type { VmPaths } from '../plan/paths.js';
import { SpecError } from '../spec/error.js';
import { checkNetworkConfig, checkUserData, type TextCheck } from './cloud-config.js';
import {
  type CloudInitSpec,
  cloudInitFiles,
  isInlineText,
  isPublicKey,
  shorthandKeys,
} from './cloud-init-section.js';
import { type DiskSpec, disksSection } from './disk.js';

/** The label by which cloud-init finds it. */
export const seedLabel = 'cidata';
/** Of the disk; ids of the user's own never begin so. */
export const seedId = 'vm-seed';

export interface SeedPlan {
  /** The image, which `up` makes. */
  readonly path: string;
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

export interface SeedInput extends PlanNotes {
  readonly name: string;
  readonly uuid: string;
  readonly paths: VmPaths;
  readonly files: ReadonlyMap<string, FileFacts>;
}

/**
 * What goes into the seed; null: there is none.
 * @throws SpecError for a file that cloud-init could not use, with its line.
 */
export function planSeed(spec: CloudInitSpec | undefined, input: SeedInput): SeedPlan | null {
  if (spec === undefined) return null;
  reportFiles(spec, input);
  const metaData = {
    'instance-id': input.uuid,
    'local-hostname': spec.hostname ?? hostname(input.name),
    ...spec.metaData,
  };
  input.decide({
    key: 'cloudInit',
    value: String(metaData['instance-id']),
    reason: 'the instance-id: cloud-init does its work once for each, so the guest is set up once',
  });
  const network = textOf(spec.networkConfig, '', 'networkConfig', checkNetworkConfig, input);
  const vendor = textOf(spec.vendorData, cloudConfig, 'vendorData', checkUserData, input);
  return {
    path: input.paths.seed,
    files: [
      { name: 'meta-data', text: yaml(metaData) },
      { name: 'user-data', text: userData(spec, input) },
      ...(network === undefined ? [] : [{ name: 'network-config', text: network }]),
      ...(vendor === undefined ? [] : [{ name: 'vendor-data', text: vendor }]),
    ],
  };
}

/** The seed as a disk of the VM; none without `cloudInit`. */
export function seedDisk(spec: CloudInitSpec | undefined, paths: VmPaths): DiskSpec[] {
  if (spec === undefined) return [];
  const type = spec.bus === 'cdrom' ? { type: 'cdrom' } : {};
  // Small, read once, and ours: the page cache serves it best.
  const disk = { source: paths.seed, format: 'raw', readOnly: true, cache: 'writeback', aio: 'threads' };
  return disksSection.parse([{ ...disk, ...type }]);
}

const cloudConfig = '#cloud-config\n';

/** Without one of its own, an empty one: NoCloud takes no seed without. */
function userData(spec: CloudInitSpec, input: SeedInput): string {
  const own = spec.userData;
  if (typeof own === 'string') return textOf(own, '', 'userData', checkUserData, input) ?? cloudConfig;
  return composed({ ...shorthand(spec, input), ...own }, cloudConfig, 'userData', checkUserData, input);
}

/** Keys that the images' own first user takes, so that its groups and rights stay as the distribution means them. */
function shorthand({ user, sshKeys, password, packages, runcmd }: CloudInitSpec, input: SeedInput) {
  return {
    ...(user === undefined ? {} : { user }),
    ...(sshKeys === undefined ? {} : { ssh_authorized_keys: sshKeys.flatMap((key) => keysOf(key, input)) }),
    ...(password === undefined ? {} : { password, chpasswd: { expire: false } }),
    ...(packages === undefined ? {} : { package_update: true, packages }),
    ...(runcmd === undefined ? {} : { runcmd }),
  };
}

function keysOf(value: string, { files }: SeedInput): string[] {
  const lines = isPublicKey(value) ? value : (files.get(value)?.text ?? '');
  return lines.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

type Content = CloudInitSpec['userData'];
type Check = (text: string) => TextCheck;

/** @returns undefined for what is not there: no key of the spec, or a file that can't be read. */
function textOf(
  content: Content,
  head: string,
  key: string,
  check: Check,
  input: SeedInput,
): string | undefined {
  if (content === undefined) return undefined;
  if (typeof content !== 'string') return composed(content, head, key, check, input);
  const inline = isInlineText(content);
  const text = inline ? content : (input.files.get(content)?.text ?? undefined);
  if (text === undefined) return undefined;
  const { errors, warnings } = check(text);
  // What is wrong with a text in the spec itself is told by the check of the spec.
  if (!inline && errors.length > 0) {
    const issues = errors.map((issue) => ({ file: content, key: '', ...issue }));
    throw new SpecError(issues, new Map([[content, text]]));
  }
  tellWarnings(key, warnings, inline ? '' : content, input);
  return text;
}

function composed(
  map: Exclude<Content, string | undefined>,
  head: string,
  key: string,
  check: Check,
  input: SeedInput,
): string {
  const text = `${head}${yaml(map)}`;
  tellWarnings(
    key,
    check(text).warnings.map((issue) => ({ ...issue, line: 0 })),
    '',
    input,
  );
  return text;
}

function tellWarnings(key: string, warnings: TextCheck['warnings'], file: string, { find }: SeedInput): void {
  for (const { line, column, message, hint } of warnings) {
    const place = file !== '' ? `${file}:${line}:${column}: ` : line > 0 ? `line ${line} of it: ` : '';
    find({
      severity: 'warning',
      code: 'spec.cloud-init',
      key: `cloudInit.${key}`,
      message: `${place}${message}`,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** cloud-init reads YAML 1.1: what that takes for something else (`yes`, `0123`) is quoted. */
function yaml(value: object): string {
  return stringify(value, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}

/** A name of a VM may have what a hostname may not. */
function hostname(name: string): string {
  return name.replaceAll('_', '-').replace(/[.-]+$/, '');
}

function reportFiles(spec: CloudInitSpec, { files, find }: SeedInput): void {
  for (const { key, path } of cloudInitFiles(spec)) {
    const facts = files.get(path);
    if (facts === undefined || typeof facts.text === 'string') continue;
    const wrong =
      facts.kind === 'missing'
        ? 'does not exist'
        : facts.kind !== 'file'
          ? 'is no file'
          : facts.readable
            ? 'is no text in UTF-8 of at most 1 MiB'
            : "can't be read by this user";
    find({
      severity: 'missing',
      code: 'host.file',
      key,
      message: `${path} ${wrong}`,
      hint: `Correct ${key}, or make the file.`,
    });
  }
}

/** Whether a spec says what the shorthand keys would write already, in a text that nothing can be added to. */
export function shorthandBesideText(spec: CloudInitSpec): readonly string[] {
  return typeof spec.userData === 'string' ? shorthandKeys.filter((key) => spec[key] !== undefined) : [];
}
