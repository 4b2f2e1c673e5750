/** Checks of what disks have in common: controllers, budgets, places in the order of starts. Pure. */
import { type DiskLimits, listOf } from '../devices/disk-limits.js';
import { checkMapping } from './check-disk-devices.js';
import type { KeyIssue } from './error.js';
import type { VmSpec } from './schema.js';

export function checkControllers({ controllers, disks, ioThreads: count }: VmSpec): KeyIssue[] {
  const issues: KeyIssue[] = [];
  for (const [index, { controller, bus, type }] of disks.entries()) {
    const found = controllers.find(({ id }) => id === controller);
    const wanted =
      bus ?? (type === 'lun' || type === 'generic' ? 'scsi' : type === 'cdrom' ? 'sata' : 'virtio');
    if (controller === undefined || found?.type === wanted) continue;
    issues.push({
      key: `disks[${index}].controller`,
      message: found
        ? `${controller} is a controller of type ${found.type}`
        : `there is no controller ${controller}`,
      hint: `name one of controllers that is of type ${wanted}`,
    });
  }
  for (const [index, one] of controllers.entries()) {
    if (one.type !== 'scsi') continue;
    const key = `controllers[${index}]`;
    const { ioThread, ioThreads = [], queues } = one;
    const numbers = [...(ioThread === undefined ? [] : [ioThread]), ...ioThreads.map(({ id }) => id)];
    const unknown = numbers.find((number) => number >= count);
    if (unknown !== undefined) {
      issues.push({
        key: `${key}.${ioThread === unknown ? 'ioThread' : 'ioThreads'}`,
        message: `there is no I/O thread ${unknown}: this VM has ${count}`,
        hint: `write ioThreads: ${unknown + 1} at the top of the spec, or change this`,
      });
    }
    if (ioThread !== undefined && ioThreads.length > 0) {
      issues.push({
        key: `${key}.ioThread`,
        message: 'there is ioThreads too',
        hint: 'remove one of the two',
      });
    }
    if (one.model !== 'virtio' && (numbers.length > 0 || queues !== 'auto' || one.queueSize !== undefined)) {
      issues.push({
        key: `${key}.model`,
        message: `${one.model} has neither queues nor an I/O thread`,
        hint: 'use model: virtio, or remove them',
      });
    }
    issues.push(...checkMapping(ioThreads, queues === 'auto' ? 'auto' : queues, `${key}.ioThreads`));
  }
  return issues;
}

/** A rate for all and one for reads or writes exclude each other, a burst needs a rate, and a length a burst (QEMU's util/throttle.c). */
export function checkDiskLimits({ disks }: VmSpec): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const groups = new Map<string, { key: string; rates: string }>();
  for (const [index, disk] of disks.entries()) {
    const many = Array.isArray(disk.limits);
    for (const [nth, limits] of listOf(disk.limits).entries()) {
      const key = `disks[${index}].limits${many ? `[${nth}]` : ''}`;
      issues.push(...checkRates(limits, key));
      const { group, ...rates } = limits;
      const text = JSON.stringify(Object.entries(rates).sort(([one], [other]) => (one < other ? -1 : 1)));
      const empty = Object.keys(rates).length === 0;
      if (group === undefined || empty) continue;
      const other = groups.get(group);
      if (other && other.rates !== text) {
        issues.push({
          key,
          message: `${other.key} gives the group ${group} other rates`,
          hint: 'say them in one place',
        });
      }
      groups.set(group, { key, rates: text });
    }
  }
  for (const [index, disk] of disks.entries()) {
    for (const { group, ...rates } of listOf(disk.limits)) {
      if (Object.keys(rates).length > 0 || (group !== undefined && groups.has(group))) continue;
      issues.push({
        key: `disks[${index}].limits`,
        message: group === undefined ? 'has no limit' : `no disk says the rates of the group ${group}`,
        hint: 'give one, such as iops: 5000',
      });
    }
  }
  return issues;
}

function checkRates(limits: DiskLimits, key: string): KeyIssue[] {
  const issues: KeyIssue[] = [];
  for (const unit of ['bps', 'iops'] as const) {
    for (const suffix of ['', 'Max'] as const) {
      const total = limits[`${unit}${suffix}`];
      const one = limits[`${unit}Read${suffix}`] ?? limits[`${unit}Write${suffix}`];
      if (total !== undefined && one !== undefined) {
        issues.push({
          key: `${key}.${unit}${suffix}`,
          message: 'is a rate for reads and writes together, and there is one for each too',
          hint: 'remove one of the two',
        });
      }
    }
    for (const side of ['', 'Read', 'Write'] as const) {
      const rate = limits[`${unit}${side}`];
      const most = limits[`${unit}${side}Max`];
      const length = limits[`${unit}${side}MaxLength`];
      if (most !== undefined && (rate === undefined || most < rate)) {
        issues.push({
          key: `${key}.${unit}${side}Max`,
          message: `a burst is faster than ${unit}${side}, which must be there`,
          hint: `give ${unit}${side} a lower value`,
        });
      }
      if (length !== undefined && most === undefined) {
        issues.push({
          key: `${key}.${unit}${side}MaxLength`,
          message: 'is the length of no burst',
          hint: `give ${unit}${side}Max too`,
        });
      }
    }
  }
  return issues;
}
