import type { QmpCommandName } from './types.js';

const minutes = 60;

/** Commands that wait for disks, memory or the guest. All others are quick: they only read or set state. */
const deadlines: ReadonlyMap<string, number> = new Map<QmpCommandName, number>([
  ['stop', 2 * minutes], // drains and flushes every disk
  ['cont', minutes], // may take over images after a migration
  ['device_add', minutes],
  ['device_del', minutes],
  ['netdev_add', minutes],
  ['object-add', 10 * minutes], // a memory backend with prealloc
  ['object-del', minutes],
  ['blockdev-add', minutes],
  ['blockdev-del', 2 * minutes],
  ['blockdev-reopen', 2 * minutes],
  ['block_resize', 2 * minutes],
  ['blockdev-snapshot', 2 * minutes],
  ['blockdev-snapshot-sync', 2 * minutes],
  ['transaction', 2 * minutes],
  ['block-commit', 2 * minutes],
  ['blockdev-mirror', 2 * minutes],
  ['blockdev-backup', 2 * minutes],
  ['block-job-cancel', 2 * minutes],
  ['job-cancel', 2 * minutes],
  ['job-complete', 2 * minutes],
  ['screendump', minutes],
  ['dump-guest-memory', 30 * minutes],
  ['human-monitor-command', 10 * minutes], // savevm and the like work inside the command
]);

/**
 * Seconds that a command is given by default: 10 for queries, 30 for the rest, minutes for what works on disks and
 * memory. (Jobs run on after their command has returned: these deadlines are those of the commands only.)
 */
export function defaultDeadline(command: string): number {
  return deadlines.get(command) ?? (command.startsWith('query-') ? 10 : 30);
}
