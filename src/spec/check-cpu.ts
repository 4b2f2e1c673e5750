/** Checks of `cpu` and `placement`. Pure. */
import { formatCpuList } from '../units.js';
import type { KeyIssue } from './error.js';
import { printable } from './printable.js';
import type { VmSpec } from './schema.js';

const vcpuWords = (count: number) => (count === 1 ? '1 vCPU' : `${count} vCPUs`);

export function checkCpu({ cpu: { vcpus, maxVcpus, topology } }: VmSpec): KeyIssue[] {
  const issues: KeyIssue[] = [];
  if (maxVcpus !== undefined && maxVcpus < vcpus) {
    issues.push({
      key: 'cpu.maxVcpus',
      message: `${maxVcpus} is fewer than the ${vcpuWords(vcpus)} at the start`,
      hint: `raise it to ${vcpus} or more, or remove it`,
    });
  }
  if (topology === 'auto') return issues;
  const { sockets, dies, modules = 1, cores, threads } = topology;
  const product = sockets * dies * modules * cores * threads;
  const [words, numbers] = topologyInWords(topology);
  const wanted = Math.max(vcpus, maxVcpus ?? vcpus);
  if (product !== wanted) {
    issues.push({
      key: 'cpu.topology',
      message: `${words} is ${numbers} = ${product}, but there are ${vcpuWords(wanted)}`,
      hint: `make the product ${wanted}, or write topology: auto`,
    });
  }
  return issues;
}

/** Without the modules, which hardly any machine has, where there is one. */
function topologyInWords(topology: Exclude<VmSpec['cpu']['topology'], 'auto'>): [string, string] {
  const levels = (['sockets', 'dies', 'modules', 'cores', 'threads'] as const).filter(
    (level) => level !== 'modules' || (topology.modules ?? 1) > 1,
  );
  return [levels.join(' × '), levels.map((level) => topology[level]).join(' × ')];
}

export function checkPlacement(spec: VmSpec): KeyIssue[] {
  const { placement, cpu } = spec;
  const { vcpus } = placement;
  const others = [...checkIoThreads(spec), ...checkScheduler(spec)];
  if (typeof vcpus === 'string') return others;
  const list = Array.isArray(vcpus);
  const shape = list ? checkList(vcpus, cpu.vcpus) : checkMap(vcpus, cpu.vcpus);
  return [...shape, ...checkReserve(list ? [vcpus] : Object.values(vcpus), placement.reserve), ...others];
}

function checkScheduler({ placement: { scheduler } }: VmSpec): KeyIssue[] {
  if (scheduler?.priority === undefined || ['fifo', 'rr'].includes(scheduler.policy)) return [];
  return [
    {
      key: 'placement.scheduler.priority',
      message: `the policy ${scheduler.policy} has no priorities`,
      hint: 'remove it, or write policy: fifo or rr',
    },
  ];
}

/** A list is a set, one CPU a vCPU. */
function checkList(cpus: readonly number[], vcpus: number): KeyIssue[] {
  if (cpus.length === vcpus) return [];
  return [
    {
      key: 'placement.vcpus',
      message: `lists ${cpus.length} CPUs for ${vcpuWords(vcpus)}`,
      hint: 'list one CPU a vCPU, or change cpu.vcpus',
    },
  ];
}

function checkMap(map: Readonly<Record<string, readonly number[]>>, vcpus: number): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const placed = new Set<number>();
  for (const key of Object.keys(map)) {
    const at = `placement.vcpus.${key}`;
    const vcpu = Number(key);
    if (String(vcpu) !== key)
      issues.push({ key: at, message: `${printable(key)} is no vCPU`, hint: `write ${vcpu}` });
    else if (vcpu >= vcpus)
      issues.push({
        key: at,
        message: `there is no vCPU ${vcpu}: cpu.vcpus is ${vcpus}, and they count from 0`,
        hint: 'remove it, or raise cpu.vcpus',
      });
    placed.add(vcpu);
  }
  const missing = Array.from({ length: vcpus }, (_, vcpu) => vcpu).filter((vcpu) => !placed.has(vcpu));
  if (missing.length > 0) {
    issues.push({
      key: 'placement.vcpus',
      message: `places no vCPU ${formatCpuList(missing)}`,
      hint: `a map places every vCPU, 0 to ${vcpus - 1}`,
    });
  }
  return issues;
}

function checkReserve(
  placed: readonly (readonly number[])[],
  reserve: VmSpec['placement']['reserve'],
): KeyIssue[] {
  if (!Array.isArray(reserve)) return [];
  const kept = new Set(reserve);
  const both = new Set(placed.flatMap((cpus) => cpus.filter((cpu) => kept.has(cpu))));
  if (both.size === 0) return [];
  return [
    {
      key: 'placement.reserve',
      message: `CPU ${formatCpuList(both)} is kept for the host here and given to a vCPU by placement.vcpus`,
      hint: 'take it out of one of the two',
    },
  ];
}

/** One list of CPUs is for all I/O threads; a list of lists has one for each. */
function checkIoThreads(spec: VmSpec): KeyIssue[] {
  return [...checkThreadPlaces(spec), ...checkThreadSettings(spec)];
}

function checkThreadSettings({ ioThreads, ioThreadSettings, mainLoop }: VmSpec): KeyIssue[] {
  const seen = new Set<number>();
  return [
    ...ioThreadSettings.flatMap(({ thread, ...pool }, index) => {
      const key = `ioThreadSettings[${index}]`;
      const twice = seen.has(thread);
      seen.add(thread);
      return [
        ...(thread < ioThreads
          ? []
          : [
              {
                key: `${key}.thread`,
                message: `there is no I/O thread ${thread}`,
                hint: `write ioThreads: ${thread + 1}, or remove it`,
              },
            ]),
        ...(twice ? [{ key: `${key}.thread`, message: `I/O thread ${thread} is listed twice` }] : []),
        ...checkPool(pool, key),
      ];
    }),
    ...checkPool(mainLoop, 'mainLoop'),
  ];
}

/** QEMU's own most is 64. */
function checkPool({ poolMin = 0, poolMax = 64 }: VmSpec['mainLoop'], key: string): KeyIssue[] {
  if (poolMin <= poolMax && poolMax > 0) return [];
  return [
    {
      key: `${key}.poolMax`,
      message: `must be at least 1 and not below poolMin, which is ${poolMin}`,
      hint: 'raise it',
    },
  ];
}

function checkThreadPlaces({ ioThreads, placement }: VmSpec): KeyIssue[] {
  const lists = placement.ioThreads;
  if (!Array.isArray(lists) || lists.length === ioThreads || lists.some((list) => typeof list === 'number'))
    return [];
  return [
    {
      key: 'placement.ioThreads',
      message: `lists of CPUs: ${lists.length}, I/O threads: ${ioThreads}`,
      hint: 'give one list an I/O thread, or change ioThreads',
    },
  ];
}
