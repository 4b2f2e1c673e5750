/** The definitions of networks, by name or file. */
import { parse, resolve } from 'node:path';
import { VmError } from '../../errors.js';
import type { NetworkDefinition } from '../../networks/definition.js';
import { loadNetwork } from '../../networks/load.js';
import { readSpecFile } from '../find-spec.js';
import { checkNetworkName, definedNetworks, networkEndings, networkFolders } from './paths.js';

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
  if (nameOrFile.includes('/') || networkEndings.includes(parse(nameOrFile).ext))
    return read(resolve(cwd, nameOrFile));
  const file = definedNetworks(cwd).get(checkNetworkName(nameOrFile));
  if (file !== undefined) return read(file);
  throw new VmError(
    'spec.not-found',
    `there is no network ${nameOrFile} in ${networkFolders(cwd).join(', ')}`,
    {
      hint: `Write its file: networks/${nameOrFile}.yaml with at least "address: 10.77.0.1/24".`,
    },
  );
}

function read(file: string): FoundNetwork {
  return { file, definition: loadNetwork(readSpecFile(file)) };
}
