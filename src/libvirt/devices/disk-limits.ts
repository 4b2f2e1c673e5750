/** How fast disks may be: `<iotune>`, and groups that several disks share. Pure. libvirt's docs: formatdomain, "iotune" and "Disk Throttle Group Management". */
import { formatBytes } from '../../units.js';
import type { SpecDocument } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';

type Limits = Exclude<NonNullable<NonNullable<SpecDocument['disks']>[number]['limits']>, readonly unknown[]>;
type Key = keyof Limits;

const names: readonly (readonly [xml: string, key: Key, kind: 'size' | 'count' | 'seconds'])[] = [
  ['total_bytes_sec', 'bps', 'size'],
  ['read_bytes_sec', 'bpsRead', 'size'],
  ['write_bytes_sec', 'bpsWrite', 'size'],
  ['total_iops_sec', 'iops', 'count'],
  ['read_iops_sec', 'iopsRead', 'count'],
  ['write_iops_sec', 'iopsWrite', 'count'],
  ['total_bytes_sec_max', 'bpsMax', 'size'],
  ['read_bytes_sec_max', 'bpsReadMax', 'size'],
  ['write_bytes_sec_max', 'bpsWriteMax', 'size'],
  ['total_iops_sec_max', 'iopsMax', 'count'],
  ['read_iops_sec_max', 'iopsReadMax', 'count'],
  ['write_iops_sec_max', 'iopsWriteMax', 'count'],
  ['total_bytes_sec_max_length', 'bpsMaxLength', 'seconds'],
  ['read_bytes_sec_max_length', 'bpsReadMaxLength', 'seconds'],
  ['write_bytes_sec_max_length', 'bpsWriteMaxLength', 'seconds'],
  ['total_iops_sec_max_length', 'iopsMaxLength', 'seconds'],
  ['read_iops_sec_max_length', 'iopsReadMaxLength', 'seconds'],
  ['write_iops_sec_max_length', 'iopsWriteMaxLength', 'seconds'],
  ['size_iops_sec', 'iopsSize', 'size'],
];

/** `<throttlegroup>`s of the domain by their names. */
export type ThrottleGroups = ReadonlyMap<string, Limits>;

export function throttleGroups(domain: XmlNode): ThrottleGroups {
  const groups = domain.child('throttlegroups')?.children('throttlegroup') ?? [];
  return new Map(
    groups.flatMap((group) => {
      const name = group.child('group_name')?.text();
      return name === undefined ? [] : [[name, { group: groupName(name), ...rates(group) }]];
    }),
  );
}

/** @returns one budget, a list of several, or nothing. */
export function diskLimits(
  disk: XmlNode,
  groups: ThrottleGroups,
  notes: Notes,
): Limits | Limits[] | undefined {
  const tune = disk.child('iotune');
  if (tune) {
    const group = tune.child('group_name')?.text();
    const limits = rates(tune);
    if (group === undefined && Object.keys(limits).length === 0) return undefined;
    return { group: group === undefined ? undefined : groupName(group), ...limits };
  }
  const filters = (disk.child('throttlefilters')?.children('throttlefilter') ?? []).flatMap((filter) => {
    const name = filter.attribute('group') ?? '';
    const group = groups.get(name);
    if (group === undefined) notes.dropped(filter, `there is no throttle group ${name}`);
    return group ?? [];
  });
  return filters.length === 0 ? undefined : filters.length === 1 ? filters[0] : filters;
}

/** QEMU's ids begin with a letter. */
const groupName = (name: string): string => {
  const plain = name.replaceAll(/[^A-Za-z0-9._-]/g, '_');
  return /^[A-Za-z]/.test(plain) ? plain : `group-${plain}`;
};

/** 0 is no limit. */
function rates(tune: XmlNode): Limits {
  return Object.fromEntries(
    names.flatMap(([xml, key, kind]) => {
      const value = tune.child(xml)?.integerText();
      if (value === undefined || value === 0) return [];
      return [[key, kind === 'count' ? value : kind === 'size' ? formatBytes(value) : `${value}s`]];
    }),
  );
}
