/** Checks of disks, and of the ids of all devices. Pure. */
import type { KeyIssue } from './error.js';
import { printable } from './printable.js';
import type { VmSpec } from './schema.js';

/** Ids that every VM has or may come to have. */
const ourIds = /^(?:serial\d+|rng\d+|agent\d+|video\d+|virtio-serial\d+|iothread\d*|display|pcie?\.\d+)$/;

export function checkIds({ disks, networks }: VmSpec): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const devices = [
    ...disks.map(({ id }, index) => ({
      id: id ?? `disk${index}`,
      key: `disks[${index}]`,
      own: id !== undefined,
    })),
    ...networks.map(({ id }, index) => ({
      id: id ?? `net${index}`,
      key: `networks[${index}]`,
      own: id !== undefined,
    })),
  ];
  const holders = new Map<string, { key: string; own: boolean }>();
  for (const { id, key, own } of devices) {
    const holder = holders.get(id);
    if (own && ourIds.test(id)) {
      issues.push({
        key: `${key}.id`,
        message: `${printable(id)} is an id that vm itself gives`,
        hint: 'choose another',
      });
    } else if (holder) {
      const [wrong, other] = own ? [key, holder.key] : [holder.key, key];
      issues.push({
        key: `${wrong}.id`,
        message: `${printable(id)} is the id of ${other} too`,
        hint: 'choose another',
      });
    }
    holders.set(id, { key, own });
  }
  return issues;
}

export function checkDisks({ disks, ioThreads }: VmSpec): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const first = new Map<string, number>();
  for (const [index, { source, readOnly, cache, aio, discard, detectZeroes, ioThread }] of disks.entries()) {
    const key = `disks[${index}]`;
    const other = first.get(source);
    if (other === undefined) first.set(source, index);
    else if (!readOnly || !disks[other]?.readOnly) {
      issues.push({
        key: `${key}.source`,
        message: `disks[${other}] has the same source, and two writers destroy it`,
        hint: 'name another file, or make both readOnly: true',
      });
    }
    if (aio === 'native' && cache !== 'none' && cache !== 'directsync' && cache !== 'auto') {
      issues.push({
        key: `${key}.aio`,
        message: `native goes past the page cache, which cache: ${cache} does not`,
        hint: 'write cache: none, or aio: io_uring or threads',
      });
    }
    if (detectZeroes === 'unmap' && discard === 'ignore') {
      issues.push({
        key: `${key}.detectZeroes`,
        message: 'unmap needs discard: unmap, and this disk ignores discards',
        hint: 'write discard: unmap, or detectZeroes: on',
      });
    }
    if (ioThread !== undefined && ioThread >= ioThreads) {
      const has = ioThreads === 0 ? 'this VM has no I/O threads' : `this VM has ${ioThreads}, counted from 0`;
      issues.push({
        key: `${key}.ioThread`,
        message: `there is no I/O thread ${ioThread}: ${has}`,
        hint: `write ioThreads: ${ioThread + 1} at the top of the spec, or change this`,
      });
    }
  }
  return issues;
}
