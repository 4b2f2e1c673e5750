/** `vm __complete`: names for the completion scripts, one a line, as fast as can be. */
import { vmNames } from '../../runtime/names.js';
import { vmRoots } from '../../runtime/roots.js';
import { print } from '../output.js';

/** `vms`: those that have a folder here; `specs`: those that `vm up NAME` finds. Anything else has none. */
export async function printNames([kind]: readonly string[]): Promise<void> {
  const names = kind === 'vms' ? vmNames(vmRoots()) : kind === 'specs' ? await specs() : [];
  if (names.length > 0) await print(`${names.join('\n')}\n`);
}

async function specs(): Promise<string[]> {
  const { listSpecs } = await import('../../runtime/find-spec.js');
  return listSpecs();
}
