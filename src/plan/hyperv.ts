/** Hyper-V enlightenments in QEMU's words. Pure. QEMU's docs/system/i386/hyperv. */
import type { HypervSpec } from '../spec/hyperv.js';
import type { VmSpec } from '../spec/schema.js';

/** What `hyperv: true` stands for: all that help a Windows guest on any CPU. The rest need a certain CPU or a nested guest. */
const usual: HypervSpec = {
  relaxed: true,
  vapic: true,
  spinlocks: true,
  vpindex: true,
  runtime: true,
  synic: true,
  stimer: true,
  stimerDirect: true,
  time: true,
  frequencies: true,
  tlbflush: true,
  ipi: true,
};

/** Of Microsoft's own recommendation: 8191 tries. */
const usualSpinlocks = 0x1fff;

const switches: readonly (readonly [key: keyof HypervSpec, property: string])[] = [
  ['passthrough', 'passthrough'],
  ['relaxed', 'relaxed'],
  ['vapic', 'vapic'],
  ['vpindex', 'vpindex'],
  ['runtime', 'runtime'],
  ['synic', 'synic'],
  ['time', 'time'],
  ['stimer', 'stimer'],
  ['stimerDirect', 'stimer-direct'],
  ['reset', 'reset'],
  ['frequencies', 'frequencies'],
  ['reenlightenment', 'reenlightenment'],
  ['tlbflush', 'tlbflush'],
  ['tlbflushDirect', 'tlbflush-direct'],
  ['tlbflushExt', 'tlbflush-ext'],
  ['ipi', 'ipi'],
  ['evmcs', 'evmcs'],
  ['avic', 'avic'],
  ['emsrBitmap', 'emsr-bitmap'],
  ['xmmInput', 'xmm-input'],
  ['crash', 'crash'],
  ['syndbg', 'syndbg'],
  ['enforceCpuid', 'enforce-cpuid'],
];

/** Each feature by its name, with its text for `-cpu`. */
export function hypervFeatures(
  { cpu, clock }: VmSpec,
  accelerator: 'kvm' | 'tcg',
): [name: string, text: string][] {
  // The emulation shows none of them to a guest, and fails on some: the set is left out, what is named one by one is not.
  const set = accelerator === 'kvm' ? usual : {};
  const wanted = cpu.hyperv === true ? set : cpu.hyperv === false ? {} : cpu.hyperv;
  const all: HypervSpec = {
    ...wanted,
    ...(clock.hypervclock === undefined ? {} : { time: clock.hypervclock }),
  };
  const { spinlocks, vendorId, noNonarchCoresharing: coresharing } = all;
  return [
    ...switches.flatMap(([key, property]) =>
      feature(property, all[key] === undefined ? undefined : all[key] === true),
    ),
    ...feature('spinlocks', spinlocksText(spinlocks)),
    ...feature('vendor-id', vendorId),
    ...feature('no-nonarch-coresharing', coresharing),
  ];
}

function spinlocksText(tries: HypervSpec['spinlocks']): string | undefined {
  if (tries === undefined || tries === false) return undefined;
  return `0x${(tries === true ? usualSpinlocks : tries).toString(16)}`;
}

function feature(property: string, value: boolean | string | undefined): [string, string][] {
  if (value === undefined) return [];
  const name = `hv-${property}`;
  return [[name, `${name}=${value === true ? 'on' : value === false ? 'off' : value}`]];
}
