/** QEMU's qemu-bridge-helper, by which users get taps in bridges. QEMU's sources: qemu-bridge-helper.c. */
import { lstatSync } from 'node:fs';
import { posix as path } from 'node:path';
import type { BridgeHelperFacts, BridgeRule } from '../plan/facts.js';
import type { Root } from './root.js';

/** Debian's place, and others'. */
const places = ['/usr/lib/qemu', '/usr/libexec', '/usr/local/libexec'];
const rulesFile = '/etc/qemu/bridge.conf';
/** Files that include each other: deeper than this is a circle. */
const deepest = 8;
const setuidBit = 0o4000;

/** Null: it is in none of the usual places, or this is another machine. */
export function readBridgeHelper(root: Root): BridgeHelperFacts | null {
  if (!root.live) return null;
  for (const folder of places) {
    const file = `${folder}/qemu-bridge-helper`;
    const status = lstatSync(file, { throwIfNoEntry: false });
    if (status === undefined) continue;
    return {
      path: file,
      setuid: status.uid === 0 && (status.mode & setuidBit) !== 0,
      rules: readBridgeRules(root),
    };
  }
  return null;
}

/** On many machines only root reads it, and the helper is root: then null. Where there is none, nothing is allowed. */
export function readBridgeRules(root: Root, file: string = rulesFile, depth = 0): BridgeRule[] | null {
  const text = root.text(file);
  // In a folder that is closed to us nothing is there, as far as we can see.
  if (text === undefined) return root.exists(file) || isClosed(root, path.dirname(file)) ? null : [];
  const rules: BridgeRule[] = [];
  for (const line of text.split('\n')) {
    const [word, argument = ''] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (word === 'allow' || word === 'deny') rules.push({ action: word, bridge: argument });
    if (word !== 'include' || depth >= deepest) continue;
    const included = readBridgeRules(root, argument, depth + 1);
    if (included === null) return null;
    rules.push(...included);
  }
  return rules;
}

function isClosed(root: Root, folder: string): boolean {
  return root.isFolder(folder) && root.names(folder).length === 0;
}
