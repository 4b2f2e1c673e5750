import type { NetworkDefinition } from '../../src/networks/definition.js';
import { loadNetwork } from '../../src/networks/load.js';

/** The definition of a file `lan.yaml` with this text. */
export function network(text: string): NetworkDefinition {
  return loadNetwork({ file: '/net/lan.yaml', folder: '/net', text });
}
