/** `vm host cpus` */
import type { Command } from 'commander';
import { hostCpus } from '../../runtime/host-use.js';
import { addFormat, addSysroot } from '../options.js';
import { print } from '../output.js';
import { renderCpus } from '../render/host-use.js';
import { renderJson } from '../render/json.js';
import { styleFor } from '../render/style.js';

export function configure(command: Command): void {
  addFormat(addSysroot(command, 'show the machine whose /proc and /sys are in this folder'))
    .addHelpText(
      'after',
      `
What each CPU is there for: vcpu (a vCPU is pinned to it), host (kept for the host), isolated (by the kernel, and unused),
free, outside (not ours to use) or offline; and the threads of VMs that run there. A tilde means that the thread may run
on other CPUs too.

Examples:
  vm host cpus
  vm host cpus --format json | jq '.cpus[] | select(.use == "free") | .cpu'

Fields of --format json: cpus (cpu, node, core, use, isolated, nohzFull; threads: vm, thread, floats).`,
    )
    .action(async ({ sysroot, format }: { sysroot?: string; format: string }) => {
      const cpus = hostCpus(sysroot);
      await print(format === 'json' ? renderJson({ cpus }) : renderCpus(cpus, styleFor(process.stdout)));
    });
}
