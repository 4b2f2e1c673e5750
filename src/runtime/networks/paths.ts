/** Where the files of networks are: their definitions, which are the user's, and what `vm` keeps of those that are up. */
import { readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, parse } from 'node:path';
import { VmError } from '../../errors.js';
import { networkNamePattern, networkNameWords } from '../../networks/name.js';
import { printable } from '../../spec/printable.js';
import { userId, vmRoots } from '../roots.js';

export const networkEndings: readonly string[] = ['.yaml', '.yml', '.json'];

/** Names of the networks that have a file where `findNetwork` looks, with those files. */
export function definedNetworks(cwd: string = process.cwd()): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const folder of networkFolders(cwd)) {
    for (const entry of entriesOf(folder)) {
      const { name, ext } = parse(entry);
      if (networkEndings.includes(ext) && networkNamePattern.test(name) && !found.has(name))
        found.set(name, join(folder, entry));
    }
  }
  return found;
}

/** @throws VmError `spec.name`. */
export function checkNetworkName(name: string): string {
  if (networkNamePattern.test(name)) return name;
  throw new VmError('spec.name', `${printable(name)} is no name of a network`, {
    hint: `A name is ${networkNameWords}. vm network list shows those that are there.`,
  });
}

/** Of definitions, in the order in which they are looked through. */
export function networkFolders(cwd: string): string[] {
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

/** Names of the networks that have a file in the usual folders, or of which something is kept, sorted. */
export function networkNames(cwd?: string): string[] {
  return [...new Set([...definedNetworks(cwd).keys(), ...keptNetworks()])].sort();
}
