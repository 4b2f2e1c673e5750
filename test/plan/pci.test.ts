import { describe, expect, it } from 'vitest';
import { VmError } from '../../src/errors.js';
import { PciAllocator } from '../../src/plan/pci.js';

describe('PciAllocator', () => {
  it('puts each device of a PCIe machine behind a root port of its own, eight ports a slot', () => {
    const pci = new PciAllocator(true);
    const slots = Array.from({ length: 9 }, (_, index) => pci.take(`disk${index}`));
    expect(slots[0]).toEqual({ bus: 'vm-rp0', addr: '0x0' });
    expect(slots[8]).toEqual({ bus: 'vm-rp8', addr: '0x0' });
    expect(pci.rootPorts[7]).toEqual({ id: 'vm-rp7', chassis: 8, slot: 2, function: 7 });
    expect(pci.rootPorts[8]).toEqual({ id: 'vm-rp8', chassis: 9, slot: 3, function: 0 });
  });

  it('gives the same id the same slot', () => {
    const pci = new PciAllocator(true);
    expect(pci.take('a')).toEqual(pci.take('a'));
    expect(pci.rootPorts).toHaveLength(1);
  });

  it('puts the devices of a pc on its one bus', () => {
    const pci = new PciAllocator(false);
    expect([pci.take('a'), pci.take('b')]).toEqual([
      { bus: 'pci.0', addr: '0x2' },
      { bus: 'pci.0', addr: '0x3' },
    ]);
    expect(pci.rootPorts).toEqual([]);
  });

  it.each([
    [true, 232],
    [false, 29],
  ])('says when the machine is full (PCIe: %s)', (pcie, room) => {
    const pci = new PciAllocator(pcie);
    for (let index = 0; index < room; index++) pci.take(`d${index}`);
    expect(() => pci.take('one-more')).toThrow(VmError);
  });
});
