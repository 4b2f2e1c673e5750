/** `vm __complete`: names for the completion scripts, one a line, as fast as can be. */
import { print } from '../output.js';

/** `vms`: those that have a folder here; `specs`: those that `vm up NAME` finds. Anything else has none. */
export async function printNames([kind]: readonly string[]): Promise<void> {
  const names = kind === 'vms' ? await vms() : kind === 'specs' ? await specs() : [];
  if (names.length > 0) await print(`${names.join('\n')}\n`);
}

async function vms(): Promise<string[]> {
  const [{ vmNames }, { vmRoots }] = await Promise.all([
    import('../../runtime/names.js'),
    import('../../runtime/roots.js'),
  ]);
  return vmNames(vmRoots());
}

async function specs(): Promise<string[]> {
  const { listSpecs } = await import('../../runtime/find-spec.js');
  return listSpecs();
}
