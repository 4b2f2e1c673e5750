/** What a shell completes: the verbs with their flags and arguments, read from the program itself. */
import type { Argument, Command, Option } from 'commander';

/** What a word can be: one of a set, a VM, a spec (a name or a file), a network, a folder, or anything. */
export type WordKind = { readonly oneOf: readonly string[] } | 'vm' | 'spec' | 'network' | 'folder' | 'any';

export interface FlagModel {
  /** `--format`, and `-f` where there is one. */
  readonly names: readonly string[];
  readonly summary: string;
  /** The value that follows; null for a switch. */
  readonly value: WordKind | null;
}

export interface VerbModel {
  /** Of a verb below a group both words: `host check`. */
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly FlagModel[];
  /** By position; the last one goes on if `variadic`. */
  readonly words: readonly WordKind[];
  readonly variadic: boolean;
  /** Those below it; none unless it is a group. */
  readonly verbs: readonly VerbModel[];
}

export function completionModel(program: Command): VerbModel[] {
  const verbs = program.commands.map((command) => verbModel(command));
  const help: VerbModel = {
    name: 'help',
    summary: 'show help for a verb',
    flags: [],
    words: [{ oneOf: verbs.map(({ name }) => name) }],
    variadic: false,
    verbs: [],
  };
  return [...verbs, help];
}

/** The verbs with those below groups, which are not offered as a first word. */
export function allVerbs(verbs: readonly VerbModel[]): VerbModel[] {
  return verbs.flatMap((verb) => [verb, ...verb.verbs]);
}

/** The last word of a verb's name. */
export function lastWord({ name }: VerbModel): string {
  return name.slice(name.lastIndexOf(' ') + 1);
}

function verbModel(command: Command, above?: string): VerbModel {
  const words = command.registeredArguments;
  const name = above === undefined ? command.name() : `${above} ${command.name()}`;
  return {
    name,
    summary: command.summary(),
    flags: [...command.options.map(flagModel), { names: ['--help'], summary: 'show help', value: null }],
    words: words.map(argumentKind),
    variadic: words.at(-1)?.variadic ?? false,
    verbs: command.commands.map((below) => verbModel(below, name)),
  };
}

function flagModel(option: Option): FlagModel {
  const names = [option.long, option.short].filter((name) => name != null);
  return { names, summary: option.description, value: option.isBoolean() ? null : valueKind(option) };
}

function valueKind(option: Option): WordKind {
  if (option.argChoices) return { oneOf: option.argChoices };
  if (option.long === '--for') return { oneOf: ['running', 'stopped', 'agent', 'ssh'] };
  if (option.long === '--wait') return { oneOf: ['agent', 'ssh'] };
  return option.flags.endsWith('<dir>') ? 'folder' : 'any';
}

/** Arguments are called after what they take: `<name...>` is VMs, `<spec>` a spec, `<network>` a network. `vm init` makes a name up. */
function argumentKind(argument: Argument): WordKind {
  if (argument.argChoices) return { oneOf: argument.argChoices };
  const name = argument.name();
  if (name === 'name') return 'vm';
  return name === 'spec' || name === 'network' ? name : 'any';
}
