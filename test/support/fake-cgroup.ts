/** A cgroup v2 hierarchy as the kernel's behaves. Kernel: Documentation/admin-guide/cgroup-v2.rst, kernel/cgroup/{cgroup,cpuset}.c. */
import type { KernelFiles } from '../../src/host/kernel-files.js';
import { formatCpuList, parseCpuList } from '../../src/units.js';
import { ancestry, errno, filesOf, locate, parentOf, threadedControllers } from './fake-cgroup-names.js';

export interface FakeCgroupOptions {
  readonly controllers?: readonly string[];
  /** Of the root group at the beginning. */
  readonly enabled?: readonly string[];
  /** The CPUs that are online. */
  readonly cpus?: number;
  /** From 6.1 on: partitions may be `isolated`. Default: true. */
  readonly knowsIsolated?: boolean;
  /** Before 6.2: a change of any cpuset makes every thread forget the affinity that somebody asked for. Default: false. */
  readonly forgets?: boolean;
  /** From 6.7 on: partitions may be below groups that are none. Default: false. */
  readonly remote?: boolean;
  /** Threads of processes, the first of which is the process itself, with the group that they are in. */
  readonly processes?: readonly { readonly group: string; readonly threads: readonly number[] }[];
}

interface Group {
  threaded: boolean;
  readonly enabled: Set<string>;
  partition: 'member' | 'root' | 'isolated';
  readonly values: Map<string, string>;
}

interface Task {
  readonly process: number;
  group: string;
  /** Its affinity as somebody asked for it; from 6.2 on it comes back where its group had less for a while. */
  asked: readonly number[] | null;
}

export class FakeCgroup implements KernelFiles {
  /** Everything that changed something, in order: `mkdir vm-db`, `vm-db/cgroup.type: threaded`. */
  readonly journal: string[] = [];
  private readonly groups = new Map<string, Group>();
  private readonly tasks = new Map<number, Task>();

  constructor(private readonly options: FakeCgroupOptions = {}) {
    this.groups.set('', newGroup(options.enabled));
    for (const { group, threads } of options.processes ?? []) {
      for (const parent of ancestry(group)) if (!this.groups.has(parent)) this.groups.set(parent, newGroup());
      for (const thread of threads) {
        this.tasks.set(thread, { process: threads[0] ?? thread, group, asked: null });
      }
    }
  }

  /** The CPUs that a thread may run on. */
  cpusOf(thread: number): readonly number[] {
    const task = this.tasks.get(thread);
    if (task === undefined) throw errno('ESRCH');
    const effective = this.effective(task.group);
    const both = effective.filter((cpu) => task.asked?.includes(cpu));
    return both.length > 0 ? both : effective;
  }

  /** sched_setaffinity(2). */
  setAffinity(thread: number, cpus: readonly number[]): void {
    const task = this.tasks.get(thread);
    if (task === undefined) throw errno('ESRCH');
    if (!this.effective(task.group).some((cpu) => cpus.includes(cpu))) throw errno('EINVAL');
    task.asked = cpus;
  }

  end(process: number): void {
    for (const [thread, task] of this.tasks) if (task.process === process) this.tasks.delete(thread);
  }

  text(path: string): string | undefined {
    const [, id, kind] = /^\/proc\/(?:\d+\/task\/)?(\d+)\/(cgroup|status)$/.exec(path) ?? [];
    if (id !== undefined) {
      const task = this.tasks.get(Number(id));
      if (task === undefined) return undefined;
      const cpus = formatCpuList(this.cpusOf(Number(id)));
      return kind === 'cgroup'
        ? `0::/${task.group}\n`
        : `Name:\tthread\nPid:\t${id}\nCpus_allowed_list:\t${cpus}\n`;
    }
    const [name, file] = locate(path);
    const group = this.groups.get(name);
    if (group === undefined) return undefined;
    switch (file) {
      case 'cgroup.controllers':
        return `${this.controllersOf(name).join(' ')}\n`;
      case 'cgroup.subtree_control':
        return `${[...group.enabled].join(' ')}\n`;
      case 'cgroup.type':
        return name === '' ? undefined : group.threaded ? 'threaded\n' : 'domain\n';
      case 'cgroup.threads':
        return this.threadsOf(name)
          .map((thread) => `${thread}\n`)
          .join('');
      case 'cgroup.procs':
        if (group.threaded) return undefined;
        return [...new Set(this.threadsOf(name).map((thread) => this.tasks.get(thread)?.process ?? 0))]
          .map((process) => `${process}\n`)
          .join('');
      case 'cpuset.cpus.partition':
        return this.hasFile(name, file) ? `${this.partitionOf(name)}\n` : undefined;
      case 'cpuset.cpus.effective':
        return `${formatCpuList(this.effective(name))}\n`;
      default:
        return this.hasFile(name, file)
          ? `${group.values.get(file) ?? this.initial(file) ?? ''}\n`
          : undefined;
    }
  }

  write(path: string, text: string): void {
    const [name, file] = locate(path);
    const group = this.groups.get(name);
    if (group === undefined) throw errno('ENOENT');
    const word = text.trim();
    if (file === 'cgroup.subtree_control') this.control(name, group, word);
    else if (file === 'cgroup.type') this.makeThreaded(name, group, word);
    else if (file === 'cgroup.procs') this.moveProcess(Number(word), name, group);
    else if (file === 'cgroup.threads') this.moveThread(Number(word), name);
    else if (!this.hasFile(name, file)) throw errno('ENOENT');
    else if (file === 'cpuset.cpus.partition') this.setPartition(group, word);
    else if (file === 'cpuset.cpus') this.setCpus(group, word);
    else group.values.set(file, word);
    if (this.options.forgets === true && (file === 'cpuset.cpus.partition' || word.endsWith('cpuset'))) {
      for (const task of this.tasks.values()) task.asked = null;
    }
    this.journal.push(`${name === '' ? '' : `${name}/`}${file}: ${word}`);
  }

  names(path: string): readonly string[] {
    const pid = /^\/proc\/(\d+)\/task$/.exec(path)?.[1];
    if (path === '/proc')
      return [...new Set([...this.tasks.values()].map(({ process }) => `${process}`)), 'self'];
    if (pid !== undefined)
      return [...this.tasks].filter(([, { process }]) => process === Number(pid)).map(([id]) => `${id}`);
    const [name] = locate(`${path}/x`);
    return [...this.groups.keys()]
      .filter((group) => group !== '' && parentOf(group) === name)
      .map((group) => group.slice(name === '' ? 0 : name.length + 1));
  }

  makeFolder(path: string): void {
    const [name] = locate(`${path}/x`);
    if (this.groups.has(name)) throw errno('EEXIST');
    const parent = this.groups.get(parentOf(name));
    if (parent === undefined) throw errno('ENOENT');
    this.groups.set(name, newGroup());
    this.journal.push(`mkdir ${name}`);
  }

  removeFolder(path: string): void {
    const [name] = locate(`${path}/x`);
    if (!this.groups.has(name)) return;
    if (this.threadsOf(name).length > 0 || this.names(path).length > 0) throw errno('EBUSY');
    this.groups.delete(name);
    this.journal.push(`rmdir ${name}`);
  }

  private control(name: string, group: Group, word: string): void {
    const [sign, controller] = [word.charAt(0), word.slice(1)];
    if (!this.controllersOf(name).includes(controller)) throw errno(sign === '-' ? 'EINVAL' : 'ENOENT');
    const children = [...this.groups].filter(([child]) => child !== '' && parentOf(child) === name);
    if (sign === '-') {
      if (children.some(([, { enabled }]) => enabled.has(controller))) throw errno('EBUSY');
      group.enabled.delete(controller);
      for (const [, child] of children) {
        child.partition = 'member';
        for (const file of Object.keys(filesOf[controller] ?? {})) child.values.delete(file);
      }
      return;
    }
    const shares = threadedControllers.includes(controller);
    if (group.threaded && !shares) throw errno('EOPNOTSUPP');
    // Only the root may have both processes of its own and children that share a domain resource.
    if (name !== '' && !group.threaded && this.threadsOf(name).length > 0) throw errno('EBUSY');
    group.enabled.add(controller);
  }

  private makeThreaded(name: string, group: Group, word: string): void {
    if (word !== 'threaded') throw errno('EINVAL');
    const shares = [...group.enabled].every((controller) => threadedControllers.includes(controller));
    const parent = parentOf(name);
    const above = this.groups.get(parent);
    const canRoot = parent === '' || above?.threaded === true || this.threadsOf(parent).length > 0;
    if (name === '' || this.threadsOf(name).length > 0 || !shares || !canRoot) throw errno('EOPNOTSUPP');
    group.threaded = true;
  }

  private moveProcess(process: number, name: string, group: Group): void {
    const own = [...this.tasks].filter(([, task]) => task.process === process);
    if (own.length === 0) throw errno('ESRCH');
    const inner = [...group.enabled].some((controller) => !threadedControllers.includes(controller));
    if (name !== '' && inner) throw errno('EBUSY');
    for (const [, task] of own) task.group = name;
  }

  private moveThread(thread: number, name: string): void {
    const task = this.tasks.get(thread);
    if (task === undefined) throw errno('ESRCH');
    if (this.domainOf(task.group) !== this.domainOf(name)) throw errno('EOPNOTSUPP');
    task.group = name;
  }

  private domainOf(name: string): string {
    return this.groups.get(name)?.threaded === true ? this.domainOf(parentOf(name)) : name;
  }

  private setPartition(group: Group, word: string): void {
    const known = this.options.knowsIsolated === false ? ['member', 'root'] : ['member', 'root', 'isolated'];
    if (!known.includes(word)) throw errno('EINVAL');
    group.partition = word as Group['partition'];
  }

  private setCpus(group: Group, word: string): void {
    const cpus = parseCpuList(word);
    if (cpus === undefined || cpus.some((cpu) => !this.online().includes(cpu))) throw errno('EINVAL');
    group.values.set('cpuset.cpus', word);
  }

  /** As the file reads back. */
  private partitionOf(name: string): string {
    const group = this.groups.get(name);
    if (group === undefined || group.partition === 'member') return 'member';
    const reason = this.invalid(name, group);
    return reason === undefined ? group.partition : `${group.partition} invalid (${reason})`;
  }

  private invalid(name: string, group: Group): string | undefined {
    const cpus = configured(group);
    const parent = parentOf(name);
    if (cpus.length === 0) return 'cpuset.cpus and cpuset.cpus.exclusive are empty';
    if (parent !== '' && !this.isPartition(parent) && this.options.remote !== true) {
      return 'Parent is not a partition root';
    }
    const beside = [...this.groups].filter(
      ([other]) => other !== '' && other !== name && parentOf(other) === parent,
    );
    if (beside.some(([, other]) => configured(other).some((cpu) => cpus.includes(cpu)))) {
      return 'Cpu list in cpuset.cpus not exclusive';
    }
    if (this.online().every((cpu) => cpus.includes(cpu))) return 'Parent unable to distribute cpu downstream';
    return undefined;
  }

  private isPartition(name: string): boolean {
    const kind = this.partitionOf(name);
    return kind === 'root' || kind === 'isolated';
  }

  private effective(name: string): number[] {
    const group = this.groups.get(name);
    const base = name === '' ? this.online() : this.effective(parentOf(name));
    if (name !== '' && group !== undefined && this.isPartition(name)) return configured(group);
    const own = group === undefined ? [] : configured(group).filter((cpu) => base.includes(cpu));
    const lost = [...this.groups].flatMap(([child, below]) =>
      child !== '' && parentOf(child) === name && this.isPartition(child) ? configured(below) : [],
    );
    return (own.length > 0 ? own : base).filter((cpu) => !lost.includes(cpu));
  }

  private controllersOf(name: string): string[] {
    if (name === '') return [...(this.options.controllers ?? ['cpuset', 'cpu', 'io', 'memory', 'pids'])];
    const enabled = [...(this.groups.get(parentOf(name))?.enabled ?? [])];
    const threaded = this.groups.get(name)?.threaded === true;
    return enabled.filter((controller) => !threaded || threadedControllers.includes(controller));
  }

  /** The root group has none of a controller's files that share something out. */
  private hasFile(name: string, file: string): boolean {
    if (name === '') return false;
    return this.controllersOf(name).some((controller) => filesOf[controller]?.[file] !== undefined);
  }

  private initial(file: string): string | undefined {
    return Object.values(filesOf).find((files) => files[file] !== undefined)?.[file];
  }

  private threadsOf(name: string): number[] {
    return [...this.tasks].filter(([, { group }]) => group === name).map(([thread]) => thread);
  }

  private online(): number[] {
    return Array.from({ length: this.options.cpus ?? 8 }, (_, cpu) => cpu);
  }
}

function newGroup(enabled: readonly string[] = []): Group {
  return { threaded: false, enabled: new Set(enabled), partition: 'member', values: new Map() };
}

const configured = ({ values }: Group): number[] => parseCpuList(values.get('cpuset.cpus') ?? '') ?? [];
