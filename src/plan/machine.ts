/** Properties of the machine, its clock and what it does when the guest ends. Pure. QEMU's docs: qemu-options, -machine, -accel, -rtc, -action. */
import { hasHmat } from '../spec/hmat.js';
import { chipsetOf } from '../spec/machine-type.js';
import type { VmSpec } from '../spec/schema.js';
import type { PlanNotes } from './findings.js';
import { remapsInterrupts } from './iommu.js';
import type { MachinePlan } from './plan.js';
import type { QemuFeatures } from './qemu-capabilities.js';

interface MachineInput extends PlanNotes {
  readonly spec: VmSpec;
  readonly accelerator: 'kvm' | 'tcg';
  readonly qemu: QemuFeatures;
  readonly secureBoot: boolean;
}

type Values = Readonly<Record<string, boolean | number | string | undefined>>;

export function planMachine(input: MachineInput): MachinePlan {
  const { spec } = input;
  return {
    properties: given(machineProperties(input)),
    acceleratorProperties: given(acceleratorProperties(input)),
    globals: globals(input),
    rtc: rtc(spec.clock),
    actions: actions(spec.lifecycle),
  };
}

function machineProperties(input: MachineInput): Readonly<Record<string, boolean | string | undefined>> {
  const { machine, clock, memory, numa } = input.spec;
  const microvm = chipsetOf(machine.type) === 'microvm';
  const parts = machine.microvm;
  return {
    'kernel-irqchip': planIrqchip(input),
    vmport: microvm ? undefined : machine.vmport,
    smm: planSmm(input),
    acpi: machine.acpi,
    usb: machine.usb,
    hpet: clock.hpet,
    pit: clock.pit,
    pic: machine.pic,
    sata: machine.sata,
    smbus: machine.smbus,
    i8042: machine.i8042,
    graphics: machine.graphics,
    hmat: machine.hmat ?? (Array.isArray(numa) && hasHmat(numa) ? true : undefined),
    nvdimm: memory.modules.some(({ type }) => type === 'nvdimm') || undefined,
    'suppress-vmdesc': machine.suppressVmdesc,
    'max-ram-below-4g': machine.maxRamBelow4g === undefined ? undefined : String(machine.maxRamBelow4g),
    ...(microvm
      ? {
          rtc: parts.rtc,
          'isa-serial': parts.isaSerial ? undefined : false,
          'auto-kernel-cmdline': parts.autoKernelCmdline,
          ioapic2: parts.secondIoapic,
          'x-option-roms': parts.optionRoms,
        }
      : {}),
    ...smpCache(input),
  };
}

function planIrqchip({ spec, decide }: MachineInput): string | undefined {
  const { kernelIrqchip } = spec.machine;
  if (kernelIrqchip !== 'auto') return kernelIrqchip;
  if (!remapsInterrupts(spec)) return undefined;
  decide({
    key: 'machine.kernelIrqchip',
    value: 'split',
    reason: 'an IOMMU that remaps interrupts needs it',
  });
  return 'split';
}

function planSmm({ spec, secureBoot, decide }: MachineInput): boolean | undefined {
  const { smm } = spec.machine;
  if (smm !== 'auto') return smm;
  if (!secureBoot) return undefined;
  decide({ key: 'machine.smm', value: 'on', reason: 'Secure Boot keeps its variables behind it' });
  return true;
}

function smpCache({ spec, qemu, find }: MachineInput): Readonly<Record<string, string>> {
  const caches = Object.entries(spec.cpu.caches).filter(([, level]) => level !== undefined);
  if (caches.length > 0 && !qemu.has('smpCache')) {
    find({
      severity: 'missing',
      code: 'qemu.too-old',
      key: 'cpu.caches',
      message: 'this QEMU can not say who shares a cache: smp-cache came with 10.0',
      hint: 'Take QEMU 10.0 or later, or remove cpu.caches.',
    });
  }
  return Object.fromEntries(
    caches.flatMap(([cache, level], index) => [
      [`smp-cache.${index}.cache`, cache],
      [`smp-cache.${index}.topology`, String(level)],
    ]),
  );
}

function acceleratorProperties({ spec, accelerator }: MachineInput): Values {
  if (accelerator === 'kvm') return { 'dirty-ring-size': spec.cpu.kvm.dirtyRing };
  const { tbCache, threads } = spec.machine.tcg;
  return { thread: threads, 'tb-size': tbCache === undefined ? undefined : tbCache / 1024 ** 2 };
}

function globals({ spec, secureBoot }: MachineInput): MachinePlan['globals'] {
  const { clock, lifecycle, machine } = spec;
  const chipset = chipsetOf(machine.type) === 'q35' ? 'ICH9-LPC' : 'PIIX4_PM';
  const suspend = (key: 'suspendToMemory' | 'suspendToDisk', property: string) => {
    const allowed = lifecycle[key];
    if (allowed === undefined) return [];
    return [{ driver: chipset, property, value: allowed ? '0' : '1', key: `lifecycle.${key}` }];
  };
  return [
    ...(chipsetOf(machine.type) === 'microvm'
      ? [{ driver: 'virtio-mmio', property: 'force-legacy', value: 'false', key: 'machine.type' }]
      : []),
    ...(secureBoot
      ? [{ driver: 'cfi.pflash01', property: 'secure', value: 'on', key: 'boot.secureBoot' }]
      : []),
    ...(machine.tseg === undefined
      ? []
      : [
          {
            driver: 'mch',
            property: 'extended-tseg-mbytes',
            value: String(machine.tseg / 1024 ** 2),
            key: 'machine.tseg',
          },
        ]),
    // The PIT of the emulation is another device: QEMU takes it there, and nothing comes of it.
    ...(clock.kvmPit !== undefined
      ? [{ driver: 'kvm-pit', property: 'lost_tick_policy', value: clock.kvmPit, key: 'clock.kvmPit' }]
      : []),
    ...suspend('suspendToMemory', 'disable_s3'),
    ...suspend('suspendToDisk', 'disable_s4'),
  ];
}

function rtc({ base, source, driftfix }: VmSpec['clock']): MachinePlan['rtc'] {
  if (base === 'utc' && source === 'host' && driftfix === 'none') return null;
  return {
    base,
    ...(source === 'host' ? {} : { clock: source }),
    ...(driftfix === 'none' ? {} : { driftfix }),
  };
}

/** In QEMU's words; what is its own default is left out. */
function actions({ onReboot, onPoweroff, onCrash }: VmSpec['lifecycle']): MachinePlan['actions'] {
  const wanted = {
    ...(onReboot === 'restart' ? {} : { reboot: 'shutdown' }),
    ...(onPoweroff === 'stop' ? {} : { shutdown: 'pause' }),
    ...(onCrash === 'stop' ? {} : { panic: onCrash === 'ignore' ? 'none' : 'pause' }),
  };
  return Object.keys(wanted).length > 0 ? wanted : null;
}

function given<Value>(members: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const entries = Object.entries(members).filter((entry): entry is [string, Value] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
