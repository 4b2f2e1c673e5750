/** What makes systemd leave the controllers on that a VM needs. Pure. systemd.resource-control(5), systemd.slice(5). */
import type { HostFacts } from '../facts.js';
import type { ControllerHolder } from './facts.js';

/** Values that change nothing for a slice without processes, each of which asks for its controller. */
const asksFor: Readonly<Record<string, (host: Pick<HostFacts, 'nodes'>) => string>> = {
  // Nodes, and not CPUs: those would have to be others than any partition has.
  cpuset: ({ nodes }) =>
    `AllowedMemoryNodes=${nodes.find(({ memoryBytes }) => memoryBytes !== 0)?.node ?? 0}`,
  cpu: () => 'CPUWeight=100',
  io: () => 'IOWeight=100',
  memory: () => 'MemoryAccounting=yes',
};

/** @param systemd whether it runs here; null: unknown. */
export function planHolder(
  name: string,
  controllers: readonly string[],
  { host, systemd }: { readonly host: Pick<HostFacts, 'nodes'>; readonly systemd: boolean | null },
): ControllerHolder | null {
  if (systemd !== true) return null;
  return {
    // A dash would put it below another slice.
    unit: `multiverse_${name.replaceAll('-', '\\x2d')}.slice`,
    settings: controllers.flatMap((controller) => asksFor[controller]?.(host) ?? []),
  };
}
