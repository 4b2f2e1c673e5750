import { describe, expect, it } from 'vitest';
import { plan } from '../support/planning.js';

const machine = (text: string) => plan(text).machine;

describe('planMachine', () => {
  it('leaves to QEMU what the spec does not say', () => {
    expect(machine('{}')).toEqual({
      properties: { vmport: false },
      acceleratorProperties: {},
      globals: [],
      rtc: null,
      actions: null,
    });
  });

  it('asks for caches shared only where this QEMU can, and says since when', () => {
    expect(plan('cpu: {caches: {l3: die, l2: core}}').findings).toContainEqual(
      expect.objectContaining({ severity: 'missing', code: 'qemu.too-old', key: 'cpu.caches' }),
    );
    expect(machine('cpu: {caches: {l3: die}}').properties).toMatchObject({
      'smp-cache.0.cache': 'l3',
      'smp-cache.0.topology': 'die',
    });
  });

  it.each([
    ['clock: {base: localtime}', { rtc: { base: 'localtime' } }],
    ['clock: {source: vm}', { rtc: { base: 'utc', clock: 'vm' } }],
    ['lifecycle: {onReboot: stop}', { actions: { reboot: 'shutdown' } }],
    [
      'lifecycle: {onReboot: pause, onPoweroff: pause}',
      { actions: { reboot: 'shutdown', shutdown: 'pause' } },
    ],
    ['lifecycle: {onCrash: ignore}', { actions: { panic: 'none' } }],
    [
      'lifecycle: {suspendToDisk: false}',
      {
        globals: [{ driver: 'ICH9-LPC', property: 'disable_s4', value: '1', key: 'lifecycle.suspendToDisk' }],
      },
    ],
    ['machine: {accelerator: tcg, tcg: {tbCache: 64MiB}}', { acceleratorProperties: { 'tb-size': 64 } }],
    ['cpu: {kvm: {dirtyRing: 4096}}', { acceleratorProperties: { 'dirty-ring-size': 4096 } }],
    [
      'machine: {accelerator: tcg}\nclock: {kvmPit: delay}',
      {
        globals: [{ driver: 'kvm-pit', property: 'lost_tick_policy', value: 'delay', key: 'clock.kvmPit' }],
      },
    ],
    [
      'machine: {tseg: 48MiB}',
      {
        globals: [{ driver: 'mch', property: 'extended-tseg-mbytes', value: '48', key: 'machine.tseg' }],
      },
    ],
  ])('%s', (text, expected) => {
    expect(machine(text)).toMatchObject(expected);
  });
});
