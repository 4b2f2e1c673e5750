/**
 * virtiofsd, of which there are two: QEMU's own in C, up to 7.2, and the one in Rust that took its place, with other options. Both
 * end when QEMU's connection does. Pure. QEMU 7.2's docs/tools/virtiofsd; the README of virtiofsd.
 */
import { posix as path } from 'node:path';
import type { HostFacts } from '../plan/facts.js';
import type { SideProcessPlan } from '../plan/side-process.js';
import type { DeviceContext } from './context.js';
import type { ShareSpec, VirtiofsSpec } from './shares-section.js';

/** The virtiofsd that each share is served by, for those of which it must be known which of the two they are. */
export function virtiofsdPrograms(shares: readonly ShareSpec[], { programs }: HostFacts): string[] {
  return shares.flatMap((share) =>
    share.type === '9p' || share.socket !== undefined ? [] : (share.binary ?? programs?.virtiofsd ?? []),
  );
}

interface Place {
  /** Of the share. */
  readonly id: string;
  readonly origin: string;
  readonly socket: string;
}

export function planVirtiofsd(share: VirtiofsSpec, place: Place, context: DeviceContext): SideProcessPlan {
  const { host, files, paths } = context;
  const program = share.binary ?? host.programs?.virtiofsd ?? 'virtiofsd';
  // Where nothing is known of it: the one that is still made.
  const kind = files.get(program)?.virtiofsd ?? 'rust';
  const { id, origin, socket } = place;
  if (share.binary === undefined && host.programs?.virtiofsd === null) {
    report(context, origin, 'host.program', 'virtiofsd is not installed here', {
      hint: 'Install it (Debian 12: apt-get install qemu-system-common; later: virtiofsd), or say type: 9p.',
    });
  } else if (kind === 'c') reportLacks(share, origin, context);
  else reportNoLocks(share, origin, context);
  return {
    id: `virtiofsd-${id}`,
    program,
    args: kind === 'c' ? cArguments(share, socket) : rustArguments(share, socket),
    socket,
    key: origin,
    log: path.join(paths.stateFolder, `virtiofsd-${id}.log`),
    folders: [],
    leaves: leftFiles(kind, socket),
  };
}

/** Both keep a file with their pid, and leave it. */
function leftFiles(kind: 'c' | 'rust', socket: string): string[] {
  return kind === 'c' ? [`/run/virtiofsd/${socket.replaceAll('/', '.')}.pid`] : [`${socket}.pid`];
}

function cArguments(share: VirtiofsSpec, socket: string): string[] {
  const options = [
    // In its lists a comma ends an option, and a backslash takes that from it.
    `source=${(share.source ?? '').replace(/[\\,]/g, '\\$&')}`,
    `cache=${share.cache}`,
    `sandbox=${share.sandbox === 'auto' ? 'namespace' : share.sandbox}`,
    share.xattr ? 'xattr' : 'no_xattr',
    share.flock ? 'flock' : 'no_flock',
    share.posixLock ? 'posix_lock' : 'no_posix_lock',
    ...(share.posixAcl ? ['posix_acl'] : []),
    ...(share.writeback ? ['writeback'] : []),
    ...(share.directIo ? ['allow_direct_io'] : []),
    ...(share.announceSubmounts ? ['announce_submounts'] : []),
  ];
  return [
    `--socket-path=${socket}`,
    ...options.flatMap((option) => ['-o', option]),
    ...(share.threadPool === undefined ? [] : [`--thread-pool-size=${share.threadPool}`]),
    ...(share.openFiles === undefined ? [] : [`--rlimit-nofile=${share.openFiles}`]),
  ];
}

function rustArguments(share: VirtiofsSpec, socket: string): string[] {
  const ranges = (option: string, list: NonNullable<VirtiofsSpec['idMap']>['uid'] = []) =>
    list.map(({ start, target, count }) => `${option}=:${start}:${target}:${count}:`);
  return [
    `--socket-path=${socket}`,
    `--shared-dir=${share.source ?? ''}`,
    `--cache=${share.cache === 'none' ? 'never' : share.cache}`,
    `--sandbox=${share.sandbox === 'auto' ? 'namespace' : share.sandbox}`,
    '--seccomp=kill',
    ...(share.readOnly ? ['--readonly'] : []),
    ...(share.xattr ? ['--xattr'] : []),
    ...(share.posixAcl ? ['--posix-acl'] : []),
    ...(share.writeback ? ['--writeback'] : []),
    ...(share.directIo ? ['--allow-direct-io'] : []),
    ...(share.announceSubmounts ? ['--announce-submounts'] : []),
    ...(share.threadPool === undefined ? [] : [`--thread-pool-size=${share.threadPool}`]),
    ...(share.openFiles === undefined ? [] : [`--rlimit-nofile=${share.openFiles}`]),
    ...ranges('--uid-map', share.idMap?.uid),
    ...ranges('--gid-map', share.idMap?.gid),
  ];
}

const newer = 'Install the virtiofsd in Rust (Debian 13: apt-get install virtiofsd) and name it in binary';

/** What the one in C never learned. */
function reportLacks(share: VirtiofsSpec, origin: string, context: DeviceContext): void {
  const lacks: readonly (readonly [key: string, wanted: boolean, what: string])[] = [
    ['readOnly', share.readOnly, 'serves no folder read-only'],
    ['cache', share.cache === 'metadata', 'has no cache: metadata'],
    ['sandbox', share.sandbox === 'none', 'does not go without a sandbox'],
    ['idMap', share.idMap !== undefined, 'maps no ids'],
  ];
  for (const [key, wanted, what] of lacks) {
    if (wanted)
      report(
        context,
        `${origin}.${key}`,
        'host.program',
        `the virtiofsd of QEMU, which is what is here, ${what}`,
        {
          hint: `${newer}, or change ${key}.`,
        },
      );
  }
  if (context.host.root === false)
    report(
      context,
      origin,
      'host.program',
      'the virtiofsd of QEMU, which is what is here, must be started by root',
      {
        hint: `${newer}, run vm as root, or say type: 9p.`,
      },
    );
}

/** The one in Rust keeps locks inside the guest: it is no error, but no lock either. */
function reportNoLocks(share: VirtiofsSpec, origin: string, { find }: DeviceContext): void {
  for (const key of ['flock', 'posixLock'] as const) {
    if (!share[key]) continue;
    find({
      severity: 'warning',
      code: 'host.program',
      key: `${origin}.${key}`,
      message: 'the virtiofsd in Rust hands no locks to the host: they hold in the guest alone',
    });
  }
}

function report(
  { find }: DeviceContext,
  key: string,
  code: 'host.program',
  message: string,
  { hint }: { readonly hint: string },
): void {
  find({ severity: 'missing', code, key, message, hint });
}
