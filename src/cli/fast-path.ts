/** What is typed and polled more than all else, in its simple forms: read without commander. */
import type { TableFlags } from './commands/list.js';

type Task = () => Promise<void>;

/** What simple arguments ask for, or undefined: then commander reads them, and tells what is wrong with them. */
export function fastPath(args: readonly string[]): Task | undefined {
  const [verb = '', ...rest] = args;
  switch (verb) {
    case '__complete':
      return async () => (await import('./completion/names.js')).printNames(rest);
    case 'list':
    case 'status':
      return tableTask(verb, rest);
    case 'up':
      return upTask(rest);
    case 'down':
      return downTask(rest);
    case 'console':
    case 'command':
      return oneNameTask(verb, rest);
    default:
      return undefined;
  }
}

/** Names, and `--format` at the end at most. */
function tableTask(verb: 'list' | 'status', args: readonly string[]): Task | undefined {
  const at = args.indexOf('--format');
  const names = at === -1 ? args : args.slice(0, at);
  const [, format = 'table', ...more] = at === -1 ? [] : args.slice(at);
  if (!names.every(isName) || more.length > 0) return undefined;
  if (at !== -1 && at === args.length - 1) return undefined;
  if (format !== 'table' && format !== 'json') return undefined;
  const flags: TableFlags = { format };
  if (verb === 'list' && names.length === 0)
    return async () => (await import('./commands/list.js')).list(flags);
  if (verb === 'status' && names.length > 0)
    return async () => (await import('./commands/status.js')).status(names, flags);
  return undefined;
}

function upTask(args: readonly string[]): Task | undefined {
  const { names, has, known } = withoutValues(args);
  const flags = { set: [], paused: has('--paused'), verify: has('--verify'), timings: has('--timings') };
  if (names.length === 0 || !known()) return undefined;
  return async () => (await import('./commands/up.js')).startAll(names, flags);
}

function downTask(args: readonly string[]): Task | undefined {
  const { names, has, known } = withoutValues(args);
  const flags = { all: has('--all'), force: has('--force') };
  return known() ? async () => (await import('./commands/down.js')).stopAll(names, flags) : undefined;
}

/** Names, and flags without a value. */
function withoutValues(args: readonly string[]) {
  const flags = new Set(args.filter((arg) => !isName(arg)));
  return {
    names: args.filter(isName),
    /** Whether a flag is there, which is known by this. */
    has: (flag: string) => flags.delete(flag),
    known: () => flags.size === 0,
  };
}

function oneNameTask(verb: 'console' | 'command', args: readonly string[]): Task | undefined {
  const [name, ...more] = args;
  if (name === undefined || !isName(name) || more.length > 0) return undefined;
  return verb === 'console'
    ? async () => (await import('./commands/console.js')).attachTo(name)
    : async () => (await import('./commands/command.js')).printCommand(name, { set: [], format: 'shell' });
}

function isName(arg: string): boolean {
  return !arg.startsWith('-');
}
