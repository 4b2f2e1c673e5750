/** The dnsmasq(8) of a network: DHCP and DNS on its bridge, without root's rights once it has its sockets. */
import { existsSync, readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { shellWord } from '../../command/quote.js';
import { VmError } from '../../errors.js';
import type { NetworkDefinition } from '../../networks/definition.js';
import { dnsmasqConfig } from '../../networks/dnsmasq.js';
import { rest } from '../changes.js';
import { tryFlock } from '../flock.js';
import { endKnown, type KnownProcess } from '../known-process.js';
import { readTail } from '../log-files.js';
import type { ProcessIdentity } from '../process.js';
import { run } from '../run.js';
import { spawnDaemon } from '../spawn-daemon.js';
import { reasonOf } from '../thrown.js';
import { networkPaths } from './paths.js';
import { replaceFile } from './record.js';

const program = 'dnsmasq';

/** Its command line, which names its own files: by that it is known. */
function commandLine(name: string): string[] {
  const { config, pidfile, leases } = networkPaths(name);
  return [
    program,
    '--keep-in-foreground',
    '--log-facility=-',
    `--user=${sandboxUser()}`,
    `--conf-file=${config}`,
    `--pid-file=${pidfile}`,
    `--dhcp-leasefile=${leases}`,
  ];
}

/** Debian's package has a user of its own for it; elsewhere it is nobody. */
function sandboxUser(): string {
  return /^dnsmasq:/m.test(readFileSync('/etc/passwd', 'utf8')) ? 'dnsmasq' : 'nobody';
}

function known(name: string, identity: ProcessIdentity | null): KnownProcess {
  return { id: `dnsmasq of ${name}`, argv: commandLine(name), alive: networkPaths(name).alive, identity };
}

/** Writes its file, and only asks whether it would take it. @throws VmError `host.dnsmasq` with its words. */
export async function checkDnsmasq(network: NetworkDefinition): Promise<void> {
  const draft = `${networkPaths(network.name).config}.check`;
  await replaceFile(draft, dnsmasqConfig(network));
  const { status, stderr } = await run(program, ['--test', `--conf-file=${draft}`], { timeout: patience });
  await rm(draft, { force: true });
  if (status !== 0) throw failure(network.name, 'refuses its configuration', stderr.trim().split('\n'));
}

/** Seconds until it has its sockets; it takes some milliseconds. */
const patience = 10;

/** Ends the one before, if there is one. @throws VmError `host.dnsmasq` with its last words. */
export async function startDnsmasq(
  network: NetworkDefinition,
  before: ProcessIdentity | null,
): Promise<ProcessIdentity> {
  const { name } = network;
  const { config, pidfile, alive, log } = networkPaths(name);
  await endDnsmasq(name, before);
  await replaceFile(config, dnsmasqConfig(network));
  await rename(log, `${log}.1`).catch(() => undefined);
  const lock = await tryFlock(alive);
  if (lock === undefined) throw failure(name, 'of an earlier start still runs', []);
  try {
    const argv = commandLine(name);
    const daemon = await spawnDaemon(argv, { cpus: [], log, descriptors: [lock.descriptor] }).catch(
      (error: unknown) => {
        throw failure(name, `can't be started (${reasonOf(error)})`, []);
      },
    );
    // It writes its pid once its sockets are there.
    const deadline = performance.now() + patience * 1000;
    while (!existsSync(pidfile)) {
      const goesOn = await rest(lookInterval, daemon.ended);
      if (!goesOn) throw failure(name, `ended (${String(daemon.ended.reason)})`, readTail(log, 20));
      if (performance.now() > deadline)
        throw failure(name, `has no sockets after ${patience} s`, readTail(log, 20));
    }
    return daemon.identity;
  } finally {
    await lock.release();
  }
}

const lookInterval = 0.01;

/** Its leases stay. Does nothing where it never ran, or has ended. */
export async function endDnsmasq(name: string, identity: ProcessIdentity | null): Promise<void> {
  const { config, pidfile, alive } = networkPaths(name);
  await endKnown(known(name, identity));
  await Promise.all(
    [config, `${config}.new`, `${config}.check`, pidfile, alive].map((path) => rm(path, { force: true })),
  );
}

function failure(name: string, what: string, words: readonly string[]): VmError {
  const last = words.at(-1) ?? 'it said nothing';
  return new VmError('host.dnsmasq', `dnsmasq of ${name} ${what}: ${last}`, {
    hint: 'DHCP and DNS need the program dnsmasq (Debian: dnsmasq-base), and no other server on all addresses of port 53 or 67.',
    details: [...words, 'The command was:', commandLine(name).map(shellWord).join(' ')],
  });
}
