/** A VM's share of the memory bandwidth, in the unit of this host. Pure. Kernel: Documentation/arch/x86/resctrl.rst, "Memory bandwidth Allocation". */
import type { CacheShare } from '../../spec/cache.js';
import type { Finding } from '../findings.js';
import type { BandwidthResource, ResctrlFacts } from './facts.js';

/** Values of `MB`, one for each domain that the vCPUs run in. */
export function planBandwidth(
  { memoryBandwidth: wanted }: CacheShare,
  cpus: readonly number[],
  { bandwidth, domains, groups }: ResctrlFacts,
  find: (finding: Finding) => void,
): { domain: number; value: number }[] {
  if (wanted === undefined) return [];
  const lack = (message: string, hint: string): [] => {
    find({
      severity: 'missing',
      code: 'host.resctrl',
      key: 'placement.cache.memoryBandwidth',
      message,
      hint,
    });
    return [];
  };
  if (bandwidth === null)
    return lack("this host can't share out memory bandwidth", 'Leave memoryBandwidth out.');
  const value = inUnit(wanted, bandwidth);
  if (value === undefined) {
    return bandwidth.unit === 'percent'
      ? lack(
          'this host shares out memory bandwidth in percent',
          'Say a percentage, or mount resctrl with -o mba_MBps.',
        )
      : lack(
          `this host shares out memory bandwidth in ${bandwidth.unit}, not in percent`,
          'Say it as 5000MB/s.',
        );
  }
  const known = groups.find(({ name }) => name === '')?.schemata.get('MB');
  return domains
    .filter(({ level, id }) => level === 3 && (known === undefined || known.has(id)))
    .filter((domain) => cpus.length === 0 || domain.cpus.some((cpu) => cpus.includes(cpu)))
    .map(({ id }) => ({ domain: id, value }));
}

/** Rounded up to a step: the kernel would do so itself. */
function inUnit(
  wanted: NonNullable<CacheShare['memoryBandwidth']>,
  { unit, min, step }: BandwidthResource,
): number | undefined {
  const rounded = (value: number) => Math.max(min, Math.ceil(value / step) * step);
  if ('percent' in wanted) return unit === 'percent' ? Math.min(100, rounded(wanted.percent)) : undefined;
  if (unit === 'percent') return undefined;
  return rounded(
    unit === 'MB/s' ? wanted.megabytesPerSecond : Math.ceil((wanted.megabytesPerSecond * 8) / 1000),
  );
}
