/** A resctrl file system as the kernel's behaves: it checks masks, knows its groups, and moves a task out of one group into another. */
import type { KernelFiles } from '../../src/host/kernel-files.js';
import { formatSchemata, isBandwidth, parseSchemata } from '../../src/plan/cache/schemata.js';
import { countWays, largestRun } from '../../src/plan/cache/ways.js';

const folder = '/sys/fs/resctrl';

export interface FakeResctrlOptions {
  /** Of the default group. */
  readonly schemata: string;
  readonly all: number;
  readonly minWays?: number;
  readonly maxGroups?: number;
  readonly sparse?: boolean;
  /** Threads that exist. */
  readonly threads?: readonly number[];
}

export class FakeResctrl implements KernelFiles {
  /** Everything that changed something, in order: `mkdir vm-db`, `vm-db/schemata: L3:0=f0`. */
  readonly journal: string[] = [];
  private readonly groups = new Map<string, Map<string, Map<number, number>>>();
  private readonly tasks = new Map<number, string>();
  private status = 'ok';

  constructor(private readonly options: FakeResctrlOptions) {
    this.groups.set('', mutable(options.schemata));
    for (const thread of options.threads ?? []) this.tasks.set(thread, '');
  }

  text(path: string): string | undefined {
    if (path === `${folder}/info/last_cmd_status`) return `${this.status}\n`;
    if (path.endsWith('/sparse_masks')) return this.options.sparse ? '1\n' : '0\n';
    const [group, file] = this.locate(path);
    const schemata = this.groups.get(group);
    if (schemata === undefined) return undefined;
    if (file === 'schemata') return `${formatSchemata(schemata).join('\n')}\n`;
    const inside = [...this.tasks].filter(([, of]) => of === group).map(([thread]) => `${thread}\n`);
    return file === 'tasks' ? inside.join('') : undefined;
  }

  write(path: string, text: string): void {
    const [group, file] = this.locate(path);
    const schemata = this.groups.get(group);
    if (schemata === undefined) throw errno('ENOENT');
    this.status = 'ok';
    if (file === 'tasks') this.move(Number(text), group);
    else for (const [resource, domains] of parseSchemata(text)) this.change(schemata, resource, domains);
    this.journal.push(`${group === '' ? '' : `${group}/`}${file}: ${text.trim()}`);
  }

  names(): readonly string[] {
    return ['info', ...this.groups.keys()].filter((name) => name !== '');
  }

  makeFolder(path: string): void {
    const [group] = this.locate(`${path}/schemata`);
    if (this.groups.has(group)) throw errno('EEXIST');
    if (this.groups.size >= (this.options.maxGroups ?? 16)) throw this.refusal('Out of CLOSIDs', 'ENOSPC');
    const resources = [...(this.groups.get('') ?? new Map<string, Map<number, number>>())];
    const all = resources.map(([name, domains]): [string, Map<number, number>] => [
      name,
      new Map([...domains.keys()].map((id) => [id, isBandwidth(name) ? 100 : this.options.all])),
    ]);
    this.groups.set(group, new Map(all));
    this.journal.push(`mkdir ${group}`);
  }

  removeFolder(path: string): void {
    const [group] = this.locate(`${path}/schemata`);
    if (!this.groups.delete(group)) return;
    for (const [thread, of] of this.tasks) if (of === group) this.tasks.set(thread, '');
    this.journal.push(`rmdir ${group}`);
  }

  private change(
    schemata: Map<string, Map<number, number>>,
    resource: string,
    domains: ReadonlyMap<number, number>,
  ): void {
    const known = schemata.get(resource);
    if (known === undefined)
      throw this.refusal(`Unknown or unsupported resource name '${resource}'`, 'EINVAL');
    for (const [domain, value] of domains) {
      if (!known.has(domain)) throw this.refusal(`Unknown domain ${domain}`, 'EINVAL');
      if (!isBandwidth(resource)) this.checkMask(value);
      known.set(domain, value);
    }
  }

  private checkMask(mask: number): void {
    if ((mask & ~this.options.all) !== 0) throw this.refusal('Mask out of range', 'EINVAL');
    if (!this.options.sparse && largestRun(mask) !== mask) {
      throw this.refusal(`The mask ${mask.toString(16)} has non-consecutive 1-bits`, 'EINVAL');
    }
    if (countWays(mask) < (this.options.minWays ?? 1))
      throw this.refusal('Need at least 1 bits in the mask', 'EINVAL');
  }

  private move(thread: number, group: string): void {
    if (!this.tasks.has(thread)) throw this.refusal(`No task ${thread}`, 'ESRCH');
    this.tasks.set(thread, group);
  }

  private refusal(status: string, code: string): Error {
    this.status = status;
    return errno(code);
  }

  private locate(path: string): [group: string, file: string] {
    const parts = path.slice(folder.length + 1).split('/');
    return [parts.slice(0, -1).join('/'), parts.at(-1) ?? ''];
  }
}

function mutable(text: string): Map<string, Map<number, number>> {
  return new Map([...parseSchemata(text)].map(([name, domains]) => [name, new Map(domains)]));
}

function errno(code: string): Error {
  return Object.assign(new Error(code), { code });
}
