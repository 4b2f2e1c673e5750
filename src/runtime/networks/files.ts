/** Where networks are: their definitions, which are the user's, and what `vm` keeps of those that are up. */
import { readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, parse, resolve } from 'node:path';
import { VmError } from '../../errors.js';
import type { NetworkDefinition } from '../../networks/definition.js';
import { networkNamePattern, networkNameWords } from '../../networks/definition.js';
import { loadNetwork } from '../../networks/load.js';
import { printable } from '../../spec/printable.js';
import { readSpecFile } from '../find-spec.js';
import { userId, vmRoots } from '../roots.js';

const extensions = ['.yaml', '.yml', '.json'];

export interface FoundNetwork {
  readonly file: string;
  readonly definition: NetworkDefinition;
}

/**
 * A text with a `/` or an ending is a file; any other is a name, looked for in `./networks`, in `vm/networks` of the user's config
 * folder and, as root, in `/etc/vm/networks`.
 * @throws VmError `spec.not-found`, `spec.unreadable`, `spec.invalid`.
 */
export function findNetwork(nameOrFile: string, cwd: string = process.cwd()): FoundNetwork {
  if (nameOrFile.includes('/') || extensions.includes(parse(nameOrFile).ext))
    return read(resolve(cwd, nameOrFile));
  const file = definedNetworks(cwd).get(checkNetworkName(nameOrFile));
  if (file !== undefined) return read(file);
  throw new VmError('spec.not-found', `there is no network ${nameOrFile} in ${folders(cwd).join(', ')}`, {
    hint: `Write its file: networks/${nameOrFile}.yaml with at least "address: 10.77.0.1/24".`,
  });
}

function read(file: string): FoundNetwork {
  return { file, definition: loadNetwork(readSpecFile(file)) };
}

/** Names of the networks that have a file where {@link findNetwork} looks, with those files. */
export function definedNetworks(cwd: string = process.cwd()): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const folder of folders(cwd)) {
    for (const entry of entriesOf(folder)) {
      const { name, ext } = parse(entry);
      if (extensions.includes(ext) && networkNamePattern.test(name) && !found.has(name))
        found.set(name, join(folder, entry));
    }
  }
  return found;
}

/** @throws VmError `spec.name`. */
function checkNetworkName(name: string): string {
  if (networkNamePattern.test(name)) return name;
  throw new VmError('spec.name', `${printable(name)} is no name of a network`, {
    hint: `A name is ${networkNameWords}. vm network list shows those that are there.`,
  });
}

function folders(cwd: string): string[] {
  const { XDG_CONFIG_HOME, HOME } = process.env;
  const config =
    XDG_CONFIG_HOME && isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : join(HOME || homedir(), '.config');
  const roots = userId() === 0 ? ['/etc/vm/networks'] : [];
  return [join(cwd, 'networks'), join(config, 'vm/networks'), ...roots];
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** What is kept of a network: in the state folder, because leases are to outlive a boot. */
export interface NetworkPaths {
  readonly folder: string;
  readonly record: string;
  readonly config: string;
  readonly leases: string;
  readonly pidfile: string;
  readonly alive: string;
  readonly log: string;
}

/** Beside that of the host's settings: networks are the host's too. */
export function networksFolder(): string {
  return join(vmRoots().state, 'host', 'networks');
}

export function networkPaths(name: string): NetworkPaths {
  const folder = join(networksFolder(), checkNetworkName(name));
  return {
    folder,
    record: join(folder, 'record.json'),
    config: join(folder, 'dnsmasq.conf'),
    leases: join(folder, 'leases'),
    pidfile: join(folder, 'dnsmasq.pid'),
    alive: join(folder, 'dnsmasq.alive'),
    log: join(folder, 'dnsmasq.log'),
  };
}

/** Names of the networks that something is kept of, sorted. */
export function keptNetworks(): string[] {
  return entriesOf(networksFolder()).filter(
    (name) => networkNamePattern.test(name) && statSync(networkPaths(name).folder).isDirectory(),
  );
}
