/** What is typed and polled more than all else, in its simple forms: read without commander. */
import type { TableFlags } from './commands/list.js';

type Task = () => Promise<void>;

/** What simple arguments ask for, or undefined: then commander reads them, and tells what is wrong with them. */
export function fastPath(args: readonly string[]): Task | undefined {
  const [verb, ...rest] = args;
  if (verb === '__complete') return async () => (await import('./completion/names.js')).printNames(rest);
  if (verb !== 'list' && verb !== 'status' && verb !== 'console') return undefined;
  const simple = simpleFlags(rest);
  if (simple === undefined) return undefined;
  const { names, flags } = simple;
  if (verb === 'list')
    return names.length === 0 ? async () => (await import('./commands/list.js')).list(flags) : undefined;
  if (verb === 'console') {
    const [name, ...more] = rest;
    return name !== undefined && names.length === 1 && more.length === 0
      ? async () => (await import('./commands/console.js')).attachTo(name)
      : undefined;
  }
  return names.length > 0
    ? async () => (await import('./commands/status.js')).status(names, flags)
    : undefined;
}

/** Names, and `--format` at the end at most. */
function simpleFlags(args: readonly string[]): { names: string[]; flags: TableFlags } | undefined {
  const at = args.indexOf('--format');
  const names = at === -1 ? [...args] : args.slice(0, at);
  const [, format = 'table', ...more] = at === -1 ? [] : args.slice(at);
  if (names.some((name) => name.startsWith('-')) || more.length > 0) return undefined;
  if (format !== 'table' && format !== 'json') return undefined;
  if (at === args.length - 1 && at !== -1) return undefined;
  return { names, flags: { format } };
}
