/** Reads how this host shares out its caches. Kernel: Documentation/arch/x86/resctrl.rst. */
import type {
  BandwidthResource,
  CacheDomain,
  CacheResource,
  NoResctrl,
  ResctrlFacts,
  ResctrlGroup,
} from '../plan/cache/facts.js';
import { parseSchemata } from '../plan/cache/schemata.js';
import type { HostFacts } from '../plan/facts.js';

import { readCpuSet, wholeNumber } from './parse.js';
import type { Root } from './root.js';

export const resctrlFolder = '/sys/fs/resctrl';

/** Flags of /proc/cpuinfo that say that a cache or the memory bandwidth can be shared out. */
const sharingFlags = ['cat_l3', 'cat_l2', 'mba'];

export function readResctrl(
  root: Root,
  { cpuFlags, vendor }: Pick<HostFacts, 'cpuFlags' | 'vendor'>,
): ResctrlFacts | NoResctrl {
  const kinds = root.names(`${resctrlFolder}/info`);
  if (kinds.length === 0) {
    if (cpuFlags !== null && !sharingFlags.some((flag) => cpuFlags.includes(flag))) return { lacks: 'cpu' };
    const kernel = root.text('/proc/filesystems');
    return { lacks: kernel === undefined || /\bresctrl$/m.test(kernel) ? 'mount' : 'kernel' };
  }
  return {
    caches: kinds.filter((name) => /^L\d/.test(name)).flatMap((name) => readCache(root, name)),
    bandwidth: kinds.includes('MB') ? readBandwidth(root, vendor) : null,
    groups: readGroups(root),
    domains: readDomains(root),
  };
}

function readCache(root: Root, name: string): CacheResource[] {
  const folder = `${resctrlFolder}/info/${name}`;
  const mask = (file: string) => Number.parseInt(root.text(`${folder}/${file}`) ?? '', 16);
  const all = mask('cbm_mask');
  // `L3_MON` only counts.
  if (!(all > 0)) return [];
  return [
    {
      name,
      all,
      minWays: wholeNumber(root.text(`${folder}/min_cbm_bits`)) ?? 1,
      shareable: mask('shareable_bits') || 0,
      sparse: wholeNumber(root.text(`${folder}/sparse_masks`)) === 1,
      maxGroups: wholeNumber(root.text(`${folder}/num_closids`)) ?? 1,
    },
  ];
}

function readBandwidth(root: Root, vendor: HostFacts['vendor']): BandwidthResource {
  const number = (file: string) => wholeNumber(root.text(`${resctrlFolder}/info/MB/${file}`));
  const inMegabytes = /\sresctrl\s\S*\bmba_MBps\b/.test(root.text('/proc/mounts') ?? '');
  return {
    unit: inMegabytes ? 'MB/s' : vendor === 'amd' ? '1/8 GB/s' : 'percent',
    min: inMegabytes ? 1 : (number('min_bandwidth') ?? 0),
    step: inMegabytes ? 1 : Math.max(1, number('bandwidth_gran') ?? 1),
    maxGroups: number('num_closids') ?? 1,
  };
}

/** Every folder with a `schemata`, but those that only count. */
function readGroups(root: Root): ResctrlGroup[] {
  const names = root
    .names(resctrlFolder)
    .filter((name) => !['info', 'mon_data', 'mon_groups'].includes(name));
  return ['', ...names].flatMap((name) => {
    const text = root.text(`${resctrlFolder}/${name}/schemata`);
    return text === undefined ? [] : [{ name, schemata: parseSchemata(text) }];
  });
}

function readDomains(root: Root): CacheDomain[] {
  const domains = new Map<string, CacheDomain>();
  for (const cpu of root.names('/sys/devices/system/cpu').filter((name) => /^cpu\d+$/.test(name))) {
    const caches = `/sys/devices/system/cpu/${cpu}/cache`;
    for (const index of root.names(caches).filter((name) => /^index\d+$/.test(name))) {
      const level = wholeNumber(root.text(`${caches}/${index}/level`));
      const id = wholeNumber(root.text(`${caches}/${index}/id`));
      const cpus = readCpuSet(
        root,
        `${caches}/${index}/shared_cpu_list`,
        `${caches}/${index}/shared_cpu_map`,
      );
      if (level === null || level < 2 || id === null || cpus === null) continue;
      domains.set(`${level}:${id}`, { level, id, cpus });
    }
  }
  return [...domains.values()].sort((a, b) => a.level - b.level || a.id - b.id);
}
