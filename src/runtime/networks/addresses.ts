/** The addresses that guests have of our networks, by the cards that have them. Light: `vm status` asks. */
import { readFileSync } from 'node:fs';
import { type Lease, parseLeases } from '../../networks/leases.js';
import { keptNetworks, networkPaths } from './paths.js';

/** Leases that have not run out, of every network that this user may look into. */
export function currentLeases(now: number = Date.now() / 1000): Lease[] {
  return keptNetworks()
    .flatMap((name) => parseLeases(readOr(networkPaths(name).leases)))
    .filter(({ expires }) => expires === null || expires > now);
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
