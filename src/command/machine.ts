/** Machine, accelerator and processor. Pure. QEMU's docs: qemu-options, -machine, -accel, -cpu, -smp. */
import type { VmPlan } from '../plan/plan.js';
import { formatCpuList } from '../units.js';
import { pflashNodes } from './boot.js';
import { memoryBackendId } from './memory.js';
import type { QemuOption } from './option.js';
import { keyValue } from './quote.js';

export function machineOptions({ machineType, machine, accelerator, memory, boot }: VmPlan): QemuOption[] {
  const flash = pflashNodes(boot.firmware);
  const { vmport, ...properties } = machine.properties;
  return [
    {
      group: 'machine',
      flag: '-machine',
      value: keyValue(machineType, {
        ...(memory.nodes.length === 0 ? { 'memory-backend': memoryBackendId } : {}),
        'dump-guest-core': memory.dump,
        // A backend only adds to it: private memory may be merged unless the machine forbids it.
        ...(memory.merge ? {} : { 'mem-merge': false }),
        vmport,
        ...(flash.code === null ? {} : { pflash0: flash.code }),
        ...(flash.variables === null ? {} : { pflash1: flash.variables }),
        ...properties,
      }),
      origin: 'machine.type',
      why: "The chipset; without VMware's port, and with the guest's memory neither merged nor in core dumps unless asked.",
    },
    {
      group: 'machine',
      flag: '-accel',
      value: keyValue(accelerator, machine.acceleratorProperties),
      origin: 'machine.accelerator',
      why:
        accelerator === 'kvm' ? "The guest's code runs on the CPU itself." : "The guest's code is emulated.",
      cost: accelerator === 'kvm' ? undefined : 'Many times slower than KVM.',
    },
  ];
}

export function cpuOptions({ cpu, placement: { exclusiveCpus } }: VmPlan): QemuOption[] {
  const { sockets, dies, modules, cores, threads } = cpu.topology;
  return [
    {
      group: 'cpu',
      flag: '-cpu',
      value: [cpu.model, ...cpu.features].join(','),
      origin: 'cpu.model',
      why: 'The processor that the guest sees, with its L3 cache and single features.',
      cost: cpu.features.some((feature) => feature === '+vmx' || feature === '+svm')
        ? 'A guest that starts guests of its own reaches more of KVM, and they run slower than on the host itself.'
        : undefined,
    },
    {
      group: 'cpu',
      flag: '-smp',
      value: keyValue(String(cpu.vcpus), {
        ...(cpu.maxVcpus === cpu.vcpus ? {} : { maxcpus: cpu.maxVcpus }),
        sockets,
        dies,
        modules,
        cores,
        threads,
      }),
      origin: 'cpu.vcpus',
      why: "The vCPUs and their sockets, dies, cores and threads, by which the guest's scheduler knows siblings and shared caches.",
      cost:
        exclusiveCpus.length === 0
          ? undefined
          : `Host CPU${exclusiveCpus.length === 1 ? '' : 's'} ${formatCpuList(exclusiveCpus)} ${exclusiveCpus.length === 1 ? 'is' : 'are'} given to no other VM, even while this one idles.`,
    },
  ];
}
