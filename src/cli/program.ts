/** The command line of `vm`. Commander parses; what a verb does is in its module under `commands/`. */
import { Command, CommanderError } from 'commander';
import { exitCodes, VmError } from '../errors.js';
import { nearest } from '../spec/nearest.js';
import { escapeUnprintable, printable } from '../spec/printable.js';
import { type SubVerb, shellGroup, type Verb, verbs } from './verbs.js';
import { version } from './version.js';

const exitCodeHelp = `
Exit codes:
  0    done
  1    the answer is no, or the wait was in vain
  2    the spec or a name is wrong
  3    the host lacks something or refuses it
  4    QEMU refused to start or died
  5    QMP: no answer, or an error in the answer
  6    state: no such VM, runs already, locked, still runs
  64   the command line of vm is wrong
  70   a defect of vm
  130  interrupted

Environment:
  VM_RUNTIME_DIR, VM_STATE_DIR  where VMs keep their sockets and logs
  VM_SYSROOT                    plan for the machine whose files are in this folder
  VM_DEBUG=1                    show the stack of a defect
  NO_COLOR                      no colour

Data goes to stdout, prose to stderr. "vm help VERB" shows examples.`;

/** The program with every verb; only those that `isLoaded` says have arguments, options and an action. */
async function createProgram(isLoaded: (verb: SubVerb) => boolean): Promise<Command> {
  const program = new Command('vm')
    .description('Launches QEMU directly from one spec file per VM.')
    .usage('VERB [arguments]')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .addHelpCommand(
      new Command('help').argument('[verb]').summary('show help for a verb').helpGroup(shellGroup),
    )
    .showSuggestionAfterError(true)
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', exitCodeHelp)
    .exitOverride();
  for (const verb of verbs) {
    const command = addVerb(program, verb).helpGroup(verb.group);
    if ('verbs' in verb) {
      command.usage('VERB [arguments]').helpCommand(false);
      for (const below of verb.verbs) await configure(addVerb(command, below), below, isLoaded);
      command.addHelpText('after', `\n"vm help ${verb.name} VERB" shows examples.`);
    } else {
      await configure(command, verb, isLoaded);
    }
  }
  return program;
}

function addVerb(parent: Command, { name, summary }: Verb | SubVerb): Command {
  const description = `${summary[0]?.toUpperCase()}${summary.slice(1)}.`;
  return parent.command(name).summary(summary).description(description);
}

async function configure(
  command: Command,
  verb: SubVerb,
  isLoaded: (verb: SubVerb) => boolean,
): Promise<void> {
  if (isLoaded(verb)) (await verb.load()).configure(command);
}

/** What the arguments name: a verb, or one below a group. */
interface Named {
  readonly verb: SubVerb | undefined;
  /** As far as words name something: `host check`. */
  readonly path: readonly string[];
  /** The next word, which names nothing, among those that could stand there. */
  readonly unknown: { readonly word: string; readonly names: readonly string[] } | undefined;
}

function findVerb(words: readonly string[]): Named {
  const path: string[] = [];
  let candidates: readonly (Verb | SubVerb)[] = verbs;
  for (const word of words) {
    const found = candidates.find(({ name }) => name === word);
    const isOption = word.startsWith('-') || (path.length === 0 && word === 'help');
    if (found === undefined) {
      const names = candidates.map(({ name }) => name);
      return { verb: undefined, path, unknown: isOption ? undefined : { word, names } };
    }
    path.push(found.name);
    if ('load' in found) return { verb: found, path, unknown: undefined };
    candidates = found.verbs;
  }
  return { verb: undefined, path, unknown: undefined };
}

/** Parses the arguments and does what they say. Usage errors are `usage.*` (exit code 64). */
export async function runProgram(args: readonly string[]): Promise<void> {
  const { verb, path, unknown } = findVerb(args[0] === 'help' ? args.slice(1) : args);
  const all = verb !== undefined && 'needsAll' in verb;
  const program = await createProgram((each) => all || each === verb);
  if (unknown !== undefined) throw unknownVerb(unknown.word, path, unknown.names);
  const group = path.length === args.length ? findGroup(program, path) : undefined;
  if (group !== undefined) {
    group.outputHelp({ error: true });
    process.exitCode = exitCodes.usage;
    return;
  }
  // Commander's own help takes one name.
  const words = args[0] === 'help' && path.length > 1 ? [...path, '--help'] : args;
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageError(error, path);
  }
}

/** The command of a path, if verbs are to follow on it: the program itself, or a group. */
function findGroup(program: Command, path: readonly string[]): Command | undefined {
  let command: Command | undefined = program;
  for (const name of path) command = command?.commands.find((each) => each.name() === name);
  return command !== undefined && command.commands.length > 0 ? command : undefined;
}

function unknownVerb(word: string, path: readonly string[], names: readonly string[]): VmError {
  const near = nearest(word, path.length === 0 ? [...names, 'help'] : names);
  const help = ['vm help', ...path].join(' ');
  const hint = near === undefined ? `"${help}" lists the verbs.` : `Did you mean ${near}?`;
  const what = [...path, printable(word)].join(' ');
  return new VmError('usage.unknown-verb', `there is no verb ${what}`, { hint });
}

/** Commander's words in our form: `error: unknown option '--foo'\n(Did you mean --for?)`. */
function usageError(error: CommanderError, path: readonly string[]): VmError {
  const [, text = '', suggestion] =
    /^(?:error: )?(.*?)\.?(?:\n\((Did you mean .*)\))?$/s.exec(error.message) ?? [];
  const help = ['vm help', ...path].join(' ');
  const hint = suggestion ?? `"${help}" shows how it is used.`;
  const code = error.code
    .replace(/^commander\./, '')
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return new VmError(`usage.${code}`, escapeUnprintable(text), { hint });
}
