/** Every verb: its name, what it does, and where its module is. Help and did-you-mean need no more; a module is loaded when its verb is used. */
import type { Command } from 'commander';

/** What a verb's module exports: it gives the command its arguments, options, examples and action. */
export interface VerbModule {
  configure(command: Command): void;
}

interface Named {
  readonly name: string;
  readonly summary: string;
}

/** A verb below a group, such as `check` of `vm host check`. */
export interface SubVerb extends Named {
  load(): Promise<VerbModule>;
}

export interface PlainVerb extends SubVerb {
  readonly group: string;
  /** Its action reads the arguments and options of all verbs: load them all. */
  readonly needsAll?: true;
}

/** A verb that is only the name above others. */
export interface VerbGroup extends Named {
  readonly group: string;
  readonly verbs: readonly SubVerb[];
}

export type Verb = PlainVerb | VerbGroup;

const life = 'Life:';
const look = 'Look:';
const talk = 'Talk:';
const specs = 'Specs:';
const machine = 'Machine:';
export const shellGroup = 'Shell:';

const hostVerbs: readonly SubVerb[] = [
  {
    name: 'check',
    summary: 'judge the settings of this machine',
    load: () => import('./commands/host-check.js'),
  },
  {
    name: 'topology',
    summary: 'show CPUs, caches and nodes, and who is where',
    load: () => import('./commands/host-topology.js'),
  },
  { name: 'tune', summary: 'make the settings right', load: () => import('./commands/host-tune.js') },
  {
    name: 'revert',
    summary: 'put back what tune changed',
    load: () => import('./commands/host-revert.js'),
  },
  {
    name: 'iommu',
    summary: 'show IOMMU groups, and what a guest can be given',
    load: () => import('./commands/host-iommu.js'),
  },
  {
    name: 'pci',
    summary: 'bind PCI devices to vfio-pci, or give them back',
    load: () => import('./commands/host-pci.js'),
  },
  {
    name: 'hugepages',
    summary: 'show pools of huge pages, and who has them',
    load: () => import('./commands/host-hugepages.js'),
  },
  {
    name: 'cpus',
    summary: 'show what each CPU is there for',
    load: () => import('./commands/host-cpus.js'),
  },
];

const networkVerbs: readonly SubVerb[] = [
  { name: 'list', summary: 'list networks', load: () => import('./commands/network-list.js') },
  { name: 'show', summary: 'show a network', load: () => import('./commands/network-show.js') },
  {
    name: 'up',
    summary: 'make networks as their files say',
    load: () => import('./commands/network-up.js'),
  },
  { name: 'down', summary: 'take networks away', load: () => import('./commands/network-down.js') },
  {
    name: 'remove',
    summary: 'remove what networks keep that are down',
    load: () => import('./commands/network-remove.js'),
  },
  {
    name: 'leases',
    summary: 'show who has which address',
    load: () => import('./commands/network-leases.js'),
  },
];

export const verbs: readonly Verb[] = [
  { name: 'up', group: life, summary: 'start VMs', load: () => import('./commands/up.js') },
  {
    name: 'down',
    group: life,
    summary: 'stop VMs and leave nothing behind',
    load: () => import('./commands/down.js'),
  },
  {
    name: 'restart',
    group: life,
    summary: 'stop VMs and start them from their specs',
    load: () => import('./commands/restart.js'),
  },
  {
    name: 'run',
    group: life,
    summary: 'run a VM in the foreground',
    load: () => import('./commands/run.js'),
  },
  {
    name: 'remove',
    group: life,
    summary: 'remove what a stopped VM keeps',
    load: () => import('./commands/remove.js'),
  },
  { name: 'pause', group: life, summary: 'stop the vCPUs', load: () => import('./commands/pause.js') },
  { name: 'resume', group: life, summary: 'let the vCPUs go on', load: () => import('./commands/resume.js') },
  {
    name: 'reset',
    group: life,
    summary: 'press the reset button',
    load: () => import('./commands/reset.js'),
  },
  {
    name: 'place',
    group: life,
    summary: 'put threads back on their CPUs, or on others',
    load: () => import('./commands/place.js'),
  },
  {
    name: 'wait',
    group: life,
    summary: 'wait until a VM has come to a state',
    load: () => import('./commands/wait.js'),
  },
  {
    name: 'list',
    group: look,
    summary: 'list the VMs of this machine',
    load: () => import('./commands/list.js'),
  },
  {
    name: 'status',
    group: look,
    summary: 'show a VM, its threads and their CPUs',
    load: () => import('./commands/status.js'),
  },
  {
    name: 'top',
    group: look,
    summary: 'watch what VMs and their vCPUs do',
    load: () => import('./commands/top.js'),
  },
  {
    name: 'verify',
    group: look,
    summary: 'prove that a VM has what its spec promises',
    load: () => import('./commands/verify.js'),
  },
  {
    name: 'diff',
    group: look,
    summary: 'compare a VM with its spec as it is now',
    load: () => import('./commands/diff.js'),
  },
  {
    name: 'logs',
    group: look,
    summary: 'show what the guest printed, or QEMU',
    load: () => import('./commands/logs.js'),
  },
  {
    name: 'events',
    group: look,
    summary: 'show events as they come',
    load: () => import('./commands/events.js'),
  },
  {
    name: 'console',
    group: talk,
    summary: 'attach the terminal to the serial console',
    load: () => import('./commands/console.js'),
  },
  { name: 'qmp', group: talk, summary: 'send a command to QEMU', load: () => import('./commands/qmp.js') },
  {
    name: 'plan',
    group: specs,
    summary: 'show what would be decided, and why',
    load: () => import('./commands/plan.js'),
  },
  {
    name: 'command',
    group: specs,
    summary: 'print the QEMU command line',
    load: () => import('./commands/command.js'),
  },
  {
    name: 'explain',
    group: specs,
    summary: 'explain every option of the command line',
    load: () => import('./commands/explain.js'),
  },
  {
    name: 'validate',
    group: specs,
    summary: 'check specs without starting anything',
    load: () => import('./commands/validate.js'),
  },
  {
    name: 'import',
    group: specs,
    summary: 'make a spec of a libvirt domain',
    load: () => import('./commands/import.js'),
  },
  {
    name: 'qemu',
    group: specs,
    summary: 'show what the QEMU that is there can do',
    load: () => import('./commands/qemu.js'),
  },
  {
    name: 'schema',
    group: specs,
    summary: 'print the JSON Schema of specs, for editors',
    load: () => import('./commands/schema.js'),
  },
  { name: 'init', group: specs, summary: 'write a commented spec', load: () => import('./commands/init.js') },
  { name: 'host', group: machine, summary: 'see to the machine under the VMs', verbs: hostVerbs },
  {
    name: 'network',
    group: machine,
    summary: 'bridges with DHCP, DNS and NAT for VMs',
    verbs: networkVerbs,
  },
  {
    name: 'completion',
    group: shellGroup,
    summary: 'print the completion script of a shell',
    needsAll: true,
    load: () => import('./commands/completion.js'),
  },
];
