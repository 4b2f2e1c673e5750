/** `vm __complete`: names for the completion scripts, one a line, as fast as can be. */
import { vmNames } from '../../runtime/names.js';
import { vmRoots } from '../../runtime/roots.js';
import { print } from '../output.js';

type Names = () => readonly string[] | Promise<readonly string[]>;

/** `vms`: those that have a folder here; `specs`: those that `vm up NAME` finds; `networks`: those that have a file, or had been up. */
const kinds: ReadonlyMap<string, Names> = new Map<string, Names>([
  ['vms', () => vmNames(vmRoots())],
  ['specs', async () => (await import('../../runtime/find-spec.js')).listSpecs()],
  ['networks', async () => (await import('../../runtime/networks/paths.js')).networkNames()],
]);

/** Of another kind there are none. */
export async function printNames([kind = '']: readonly string[]): Promise<void> {
  const names = (await kinds.get(kind)?.()) ?? [];
  if (names.length > 0) await print(`${names.join('\n')}\n`);
}
