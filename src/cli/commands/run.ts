/** `vm run` */
import type { Command } from 'commander';
import { VmError } from '../../errors.js';
import type { Vm } from '../../index.js';
import { attach } from '../console/attach.js';
import { defaultEscape } from '../console/escape.js';
import { Interrupted, onSignals } from '../interrupt.js';
import { addOverrides } from '../options.js';
import { BrokenPipe, print, tell } from '../output.js';
import { labelOf, Progress } from '../progress.js';
import { fail, warn } from '../report.js';
import { howItEnded } from './down.js';
import { type UpFlags, upOptions, upWithProgress } from './up.js';

type RunFlags = Pick<UpFlags, 'set'>;

export function configure(command: Command): void {
  addOverrides(command.argument('<spec>', 'name or file of a spec; - is stdin'))
    .addHelpText(
      'after',
      `
The terminal is the guest's console; where stdin is no terminal, what the guest prints goes to stdout. Ctrl-], or a
signal (SIGINT, SIGTERM, SIGHUP), asks the guest to power off; a further signal ends QEMU by force.

Exit code 0: the guest powered off, by itself or asked to; 4: QEMU died, or had to be ended by force.

Examples:
  vm run demo
  vm run demo --set cpu.vcpus=4 < /dev/null > serial.log`,
    )
    .action((spec: string, flags: RunFlags) => run(spec, flags));
}

/** From the start to the end one and the same takes the signals: at no time is there nobody to take them, and the VM is left behind. */
async function run(spec: string, flags: RunFlags): Promise<void> {
  let phase = new AbortController();
  const release = onSignals((signal) => {
    if (phase.signal.aborted) tell('vm: what was begun is being ended; it takes a moment');
    else phase.abort(new Interrupted(signal));
  });
  try {
    const vm = await start(spec, flags, phase.signal);
    try {
      await show(vm, phase.signal);
    } catch (error) {
      if (!(error instanceof BrokenPipe || error instanceof Interrupted)) fail(error);
      phase = new AbortController();
      return await stop(vm, phase.signal);
    }
    await checkEnd(vm);
  } finally {
    release();
  }
}

/** The vCPUs stand still until the guest's output is seen. */
async function start(spec: string, flags: RunFlags, signal: AbortSignal): Promise<Vm> {
  const progress = new Progress();
  try {
    return await upWithProgress(spec, { ...upOptions(flags), signal, paused: true }, progress);
  } finally {
    progress.failed(labelOf(spec));
  }
}

/**
 * Shows what the guest prints until it ends. A guest whose serial port goes elsewhere is waited for.
 * @throws {Interrupted} the user wants it to end; or whatever else keeps the guest from being shown.
 */
async function show(vm: Vm, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const terminal = process.stdin.isTTY;
  const console = terminal ? await vm.console().catch(onlyIfMissing) : undefined;
  await vm.resume();
  if (console) {
    tell(`Connected to ${vm.name}. ${defaultEscape.name} powers it off.`);
    const end = await attach(console, { input: process.stdin, escapeKey: defaultEscape, signal });
    if (end === 'escaped') throw new Interrupted('SIGINT');
  }
  if (!terminal) await printLog(vm, signal).catch(onlyIfMissing);
  await vm.wait('stopped', { signal });
  signal.throwIfAborted();
}

async function printLog(vm: Vm, signal: AbortSignal): Promise<void> {
  for await (const chunk of vm.logs({ follow: true, signal })) await print(chunk);
}

function onlyIfMissing(error: unknown): undefined {
  if (!(error instanceof VmError && /^state\.no-(?:log|console)$/.test(error.code))) throw error;
  warn(error.message);
}

/** Asks the guest to power off; a signal meanwhile ends it by force. */
async function stop(vm: Vm, signal: AbortSignal): Promise<void> {
  const progress = new Progress();
  const onProgress = (step: string) => progress.step(vm.name, step);
  const result = await vm.down({ onProgress, signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    return vm.down({ force: true, onProgress });
  });
  progress.done(vm.name, howItEnded(result));
  if (result.how === 'guest' || result.how === 'was-dead') return;
  throw new VmError('qemu.forced', `${vm.name} did not power off and was ended by force`);
}

/** The VM ended by itself. A guest that powered off is gone without a trace; anything else is told, and cleared away. */
async function checkEnd(vm: Vm): Promise<void> {
  const status = await vm.status().catch((error: unknown) => {
    if (error instanceof VmError && error.code === 'state.no-such-vm') return undefined;
    throw error;
  });
  if (status?.state !== 'crashed') return tell(`${vm.name}: the guest powered off`);
  await vm.down();
  throw new VmError('qemu.died', `the QEMU of ${vm.name} died`, {
    details: status.lastWords.map((line) => `  ${line}`),
    hint: `"vm logs ${vm.name} --qemu" shows what QEMU said, "vm logs ${vm.name}" what the guest printed.`,
  });
}
