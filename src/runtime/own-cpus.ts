/** The host as a VM sees it that has CPUs for itself. */
import type { HostFacts } from '../plan/facts.js';

/** @param own of its partition: everybody else is confined to the others. */
export function withCpus(host: HostFacts, own: readonly number[]): HostFacts {
  const { allowedCpus } = host;
  if (allowedCpus === null || own.length === 0) return host;
  return { ...host, allowedCpus: [...new Set([...allowedCpus, ...own])].sort((a, b) => a - b) };
}
