/** `vm host topology` */
import type { Command } from 'commander';
import { hostTopology } from '../../runtime/topology.js';
import { addFormat, addSysroot } from '../options.js';
import { print } from '../output.js';
import { renderJson } from '../render/json.js';
import { styleFor } from '../render/style.js';
import { renderTopology } from '../render/topology.js';
import { renderTopologySvg } from '../render/topology-svg.js';

/** Of a reader that is no terminal. */
const usualWidth = 100;

interface TopologyFlags {
  sysroot?: string;
  format: string;
}

export function configure(command: Command): void {
  addFormat(addSysroot(command, 'show the machine whose /proc and /sys are in this folder'), [
    'table',
    'json',
    'svg',
  ])
    .addHelpText(
      'after',
      `
Sockets, nodes, L3 domains and cores with their CPUs, and which vCPU of which VM is pinned where.

Examples:
  vm host topology
  vm host topology --format svg > host.svg
  vm host topology --sysroot captured/ --format json | jq '.cpus[] | select(.kind == "efficiency") | .cpu'

Fields of --format json: cpus (cpu, online, node, socket, die, core, siblings, l2, l3, maxMhz, kind) and
nodes (node, cpus, memoryBytes, hugepages: pageBytes, total, free; distances). What is not known is null.`,
    )
    .action(async ({ sysroot, format }: TopologyFlags) => {
      const { cpus, nodes, map } = hostTopology(sysroot);
      if (format === 'json') return print(renderJson({ cpus, nodes }));
      if (format === 'svg') return print(renderTopologySvg(map));
      return print(renderTopology(map, styleFor(process.stdout), process.stdout.columns || usualWidth));
    });
}
