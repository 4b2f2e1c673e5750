/** The command line of `vm`. Commander parses; what a verb does is in its module under `commands/`. */
import { Command, CommanderError } from 'commander';
import { exitCodes, VmError } from '../errors.js';
import { nearest } from '../spec/nearest.js';
import { escapeUnprintable, printable } from '../spec/printable.js';
import { shellGroup, type Verb, verbs } from './verbs.js';
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

/** The program with every verb; only those in `loaded` have arguments, options and an action. */
async function createProgram(loaded: readonly Verb[]): Promise<Command> {
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
    const command = program.command(verb.name).summary(verb.summary).helpGroup(verb.group);
    command.description(`${verb.summary[0]?.toUpperCase()}${verb.summary.slice(1)}.`);
    if (loaded.includes(verb)) (await verb.load()).configure(command);
  }
  return program;
}

/** Parses the arguments and does what they say. Usage errors are `usage.*` (exit code 64). */
export async function runProgram(args: readonly string[]): Promise<void> {
  const [first, second] = args;
  const wanted = first === 'help' ? second : first;
  const verb = verbs.find(({ name }) => name === wanted);
  const program = await createProgram(verb?.needsAll ? verbs : verbs.filter((each) => each === verb));
  if (args.length === 0) {
    program.outputHelp({ error: true });
    process.exitCode = exitCodes.usage;
    return;
  }
  if (verb === undefined && wanted !== undefined && wanted !== 'help' && !wanted.startsWith('-'))
    throw unknownVerb(wanted);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageError(error, verb);
  }
}

function unknownVerb(word: string): VmError {
  const near = nearest(word, [...verbs.map(({ name }) => name), 'help']);
  const hint = near === undefined ? '"vm help" lists the verbs.' : `Did you mean ${near}?`;
  return new VmError('usage.unknown-verb', `there is no verb ${printable(word)}`, { hint });
}

/** Commander's words in our form: `error: unknown option '--foo'\n(Did you mean --for?)`. */
function usageError(error: CommanderError, verb: Verb | undefined): VmError {
  const [, text = '', suggestion] =
    /^(?:error: )?(.*?)\.?(?:\n\((Did you mean .*)\))?$/s.exec(error.message) ?? [];
  const help = verb === undefined ? 'vm help' : `vm help ${verb.name}`;
  const hint = suggestion ?? `"${help}" shows how it is used.`;
  const code = error.code
    .replace(/^commander\./, '')
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return new VmError(`usage.${code}`, escapeUnprintable(text), { hint });
}
