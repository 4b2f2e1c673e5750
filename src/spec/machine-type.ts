/** What a machine's name says of it. Pure. */

/** What a machine has of its own, in any version: q35 is PCIe, pc is PCI, microvm has neither. */
export type Chipset = 'q35' | 'pc' | 'microvm';

export function chipsetOf(machineType: string): Chipset {
  if (machineType === 'microvm') return 'microvm';
  return /^(?:pc-)?q35(?:-|$)/.test(machineType) ? 'q35' : 'pc';
}
