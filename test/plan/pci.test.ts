import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PciKind } from '../../src/devices/context.js';
import { VmError } from '../../src/errors.js';
import type { Decision } from '../../src/plan/findings.js';
import { PciAllocator } from '../../src/plan/pci.js';
import { plan } from '../support/planning.js';

const ports = (pci: PciAllocator, spare = 0) => pci.rootPorts(spare);

describe('PciAllocator', () => {
  it('gives devices the root ports of their places, eight a slot, and fills the places below with free ones', () => {
    const pci = new PciAllocator('q35');
    expect(pci.take('net0', 'network')).toEqual({ bus: 'vm-rp0', addr: '0x0' });
    expect(pci.take('disk1', 'disk')).toEqual({ bus: 'vm-rp7', addr: '0x0' });
    expect(pci.take('disk2', 'disk')).toEqual({ bus: 'vm-rp9', addr: '0x0' });
    expect(pci.take('rng0')).toEqual({ bus: 'vm-rp2', addr: '0x0' });
    const made = ports(pci);
    expect(made).toHaveLength(10);
    expect(made[7]).toEqual({ id: 'vm-rp7', chassis: 8, slot: 2, function: 7, device: 'disk1' });
    expect(made[8]).toEqual({ id: 'vm-rp8', chassis: 9, slot: 3, function: 0, device: null });
  });

  it('adds free ports behind the others until there are as many as wanted', () => {
    const pci = new PciAllocator('q35');
    pci.take('net0', 'network');
    expect(ports(pci, 0)).toHaveLength(1);
    expect(ports(pci, 3).map(({ device }) => device)).toEqual(['net0', null, null, null]);
    pci.take('rng0');
    expect(ports(pci, 1)).toHaveLength(3);
    expect(ports(new PciAllocator('q35'), 2)).toHaveLength(2);
  });

  it('gives the same id the same slot', () => {
    const pci = new PciAllocator('q35');
    expect(pci.take('a')).toEqual(pci.take('a'));
  });

  it('says so where a place is taken, and takes the next of the kind', () => {
    const decisions: Decision[] = [];
    const pci = new PciAllocator('q35', (decision) => void decisions.push(decision));
    const first = pci.take('disk0', 'disk');
    for (let index = 0; index < 40; index++) pci.take(`name${index}`, 'disk');
    expect(first).toEqual({ bus: 'vm-rp1', addr: '0x0' });
    expect(decisions.length).toBeGreaterThan(0);
    expect(decisions[0]?.reason).toMatch(
      /^its own, \d+, is held by .+: it moves if that device goes; slot: \d+ in the spec would keep it there$/,
    );
  });

  it('keeps a place that a device asks for, whichever devices come or go and in whatever order', () => {
    const devices = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { maxLength: 40 });
    fc.assert(
      fc.property(
        devices,
        fc.constantFrom('q35' as const, 'pc' as const),
        fc.nat({ max: 20 }),
        (others, chipset, slot) => {
          const wish = chipset === 'pc' ? slot + 2 : slot;
          const pci = new PciAllocator(chipset, () => {}, [{ id: 'of mine', slot: wish }]);
          const taken = others.slice(0, 25).map((id) => pci.take(`x${id}`, 'disk'));
          const own = pci.take('of mine', 'network');
          expect(own).toEqual(
            chipset === 'q35'
              ? { bus: `vm-rp${slot}`, addr: '0x0' }
              : { bus: 'pci.0', addr: `0x${wish.toString(16)}` },
          );
          expect(taken).not.toContainEqual(own);
        },
      ),
    );
  });

  it('keeps a place for any device that may have one', () => {
    const { devices, memory, rootPorts } = plan(`
controllers: [{type: scsi, id: s, slot: 20}]
disks: [{source: a, id: d, slot: 21}, {source: b, bus: scsi}]
networks: [{type: none, id: n, slot: 22}]
usbControllers: [{id: u, slot: 23}]
hostDevices: [{id: h, pci: "0000:01:00.0", slot: 24}]
sharedMemory: [{name: m, id: m, slot: 25}]
memory: {modules: [{type: virtio-mem, id: g, size: 64MiB, slot: 26}]}`);
    const places = [...devices, ...memory.modules].flatMap((device) =>
      'pci' in device && device.pci?.bus !== undefined ? [[device.id, device.pci.bus]] : [],
    );
    expect(places).toEqual(
      expect.arrayContaining([...'sdnuhmg'].map((id, index) => [id, `vm-rp${20 + index}`])),
    );
    expect(rootPorts.slice(20, 27).map(({ device }) => device)).toEqual([...'sdnuhmg']);
  });

  it('puts the devices of a pc on its one bus, by the same rule', () => {
    const pci = new PciAllocator('pc');
    expect([pci.take('net0', 'network'), pci.take('disk0', 'disk'), pci.take('rng0')]).toEqual([
      { bus: 'pci.0', addr: '0x2' },
      { bus: 'pci.0', addr: '0x3' },
      { bus: 'pci.0', addr: '0x4' },
    ]);
    expect(ports(pci, 4)).toEqual([]);
  });

  it('puts what a pc has no room for behind bridges, one in the last slot of the bus before it', () => {
    const decisions: Decision[] = [];
    const pci = new PciAllocator('pc', (decision) => void decisions.push(decision));
    const slots = Array.from({ length: 60 }, (_, index) => pci.take(`disk${index}`, 'disk'));
    expect(slots.filter(({ bus }) => bus === 'pci.0')).toHaveLength(29);
    expect([slots[29], slots[58], slots[59]]).toEqual([
      { bus: 'vm-bridge0', addr: '0x1' },
      { bus: 'vm-bridge0', addr: '0x1e' },
      { bus: 'vm-bridge1', addr: '0x1' },
    ]);
    expect(pci.bridges()).toEqual([
      { id: 'vm-bridge0', bus: 'pci.0', slot: 31, chassis: 1 },
      { id: 'vm-bridge1', bus: 'vm-bridge0', slot: 31, chassis: 2 },
    ]);
    expect(decisions.at(-1)).toMatchObject({
      value: 'disk59: PCI slot 0x1 of vm-bridge1',
      reason: expect.stringContaining('behind a bridge'),
    });
    expect(new PciAllocator('pc').bridges()).toEqual([]);
  });

  it('has nothing to give on a microvm', () => {
    const pci = new PciAllocator('microvm');
    expect([pci.take('net0', 'network'), ports(pci, 4)]).toEqual([{}, []]);
  });

  it.each([
    ['q35', 232],
    ['pc', 149],
  ] as const)('says when the machine is full (%s)', (chipset, room) => {
    const pci = new PciAllocator(chipset);
    const slots = Array.from({ length: room }, (_, index) => pci.take(`d${index}`));
    expect(new Set(slots.map(({ bus, addr }) => `${bus} ${addr}`)).size).toBe(room);
    expect(() => pci.take('one-more')).toThrow(VmError);
  });

  it('keeps a place whatever other kinds of device come or go, and whatever comes behind', () => {
    const kinds: PciKind[] = ['network', 'disk', 'other', 'hostDevice'];
    const device = fc.record({
      id: fc.string({ minLength: 1, maxLength: 8 }),
      kind: fc.constantFrom(...kinds),
    });
    const devices = fc.uniqueArray(device, { selector: ({ id }) => id, maxLength: 20 });
    fc.assert(
      fc.property(devices, devices, (before, after) => {
        const alone = new PciAllocator('q35');
        const own = alone.take('lan-of-mine', 'network');
        const crowded = new PciAllocator('q35');
        for (const { id, kind } of before) if (kind !== 'network') crowded.take(id, kind);
        expect(crowded.take('lan-of-mine', 'network')).toEqual(own);
        for (const { id, kind } of after) crowded.take(id, kind);
        expect(crowded.take('lan-of-mine', 'network')).toEqual(own);
      }),
    );
  });

  it('keeps bus numbers: every place up to the last has its port, in order', () => {
    const { rootPorts } = plan(
      'networks: [{type: user, id: lan}, {type: none, id: dark}]\ndisks: [{source: a, id: data}]',
    );
    expect(rootPorts.map(({ slot, function: fn }) => (slot - 2) * 8 + fn)).toEqual(
      rootPorts.map((_, place) => place),
    );
    const { rootPorts: without } = plan('networks: [{type: user, id: lan}]');
    const placeOf = (all: typeof rootPorts) => all.findIndex(({ device }) => device === 'lan');
    expect(placeOf(without)).toBe(placeOf(rootPorts));
  });
});
