import { readFileSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Why a monitor stays silent: another client holds it, QEMU's process is stopped, QEMU does not get round to us, or it
 * can't be told (the socket was made in another network namespace or under another name).
 */
type Silence = 'held' | 'stopped' | 'unanswered' | 'unknown';

/**
 * Explains a missing greeting. QEMU accepts one client per monitor; a further `connect()` succeeds and waits in the
 * listen queue, exactly as it does when QEMU is stopped. The kernel's table of unix sockets tells them apart.
 *
 * @param pid the process behind the socket, if known.
 */
export function diagnoseSilence(path: string, pid?: number): Silence {
  if (pid !== undefined && isStopped(pid)) return 'stopped';
  return explainSilence(readConnections(path));
}

/** Where one connection was accepted and another still waits, ours is the one that waits. */
export function explainSilence(connections: Connections | undefined): Silence {
  if (connections === undefined) return 'unknown';
  // One that was accepted while none waits is ours: QEMU took it and then fell silent.
  return connections.accepted && connections.waiting ? 'held' : 'unanswered';
}

/** Whether a unix socket has clients, ours among them. */
export interface Connections {
  /** Its server has taken one. */
  readonly accepted: boolean;
  /** One is in its queue. */
  readonly waiting: boolean;
}

/** What the kernel knows of the connections to a socket. @returns undefined where it does not know the path. */
export function readConnections(path: string): Connections | undefined {
  const names = new Set([path, resolve(path), attempt(() => realpathSync(path)) ?? path]);
  const table = attempt(() => readFileSync('/proc/net/unix')) ?? Buffer.alloc(0);
  return connectionsIn(table, [...names]);
}

/**
 * The pure part of {@link readConnections}: what `/proc/net/unix` says about the socket of any of these names.
 *
 * The server's end of a connection carries the listener's name. Before `accept()` it belongs to no file: state 02
 * (SS_CONNECTING), inode 0. Afterwards it is 03 (SS_CONNECTED) (net/unix/af_unix.c, `unix_seq_show`).
 */
export function connectionsIn(table: Buffer, names: readonly string[]): Connections | undefined {
  const rows = names.flatMap((name) => socketRows(table, name));
  if (rows.length === 0) return undefined;
  return {
    accepted: rows.some(({ state, listens }) => state === '03' && !listens),
    waiting: rows.some(({ state }) => state === '02'),
  };
}

interface SocketRow {
  listens: boolean;
  state: string;
}

/** `__SO_ACCEPTCON` (include/uapi/linux/net.h): the socket listens. */
const acceptsConnections = 0x10000;

/** The kernel writes names as they are, newlines and spaces too: so rows are found by the whole name, byte by byte. */
function socketRows(table: Buffer, name: string): SocketRow[] {
  const text = table.toString('latin1');
  const bytes = Buffer.from(name).toString('latin1');
  const row = /^[0-9a-f]+: [0-9A-F]{8} [0-9A-F]{8} ([0-9A-F]{8}) [0-9A-F]{4} ([0-9A-F]{2}) +\d+ /gim;
  const rows: SocketRow[] = [];
  for (const match of text.matchAll(row)) {
    const rest = text.slice(match.index + match[0].length);
    if (!rest.startsWith(`${bytes}\n`) || !endsRow(rest.slice(bytes.length + 1))) continue;
    const [, flags = '', state = ''] = match;
    rows.push({ listens: (Number.parseInt(flags, 16) & acceptsConnections) !== 0, state });
  }
  return rows;
}

/** Whether what follows a line end is the next row or the end, rather than the rest of a longer name. */
function endsRow(next: string): boolean {
  return next === '' || /^[0-9a-f]+: [0-9A-F]{8} [0-9A-F]{8} /i.test(next);
}

/** States T (stopped) and t (stopped by a tracer) of proc_pid_stat(5). */
function isStopped(pid: number): boolean {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? '';
  return /^[Tt]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
