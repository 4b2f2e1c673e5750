import { describe, expect, it } from 'vitest';
import { amdMachine, notesMachine } from '../support/hosts.js';
import { plan } from '../support/planning.js';

const cpuOf = (text: string, world = {}) => {
  const { model, features } = plan(text, world).cpu;
  return [model, ...features].join(',');
};
const unknownCpu = { ...notesMachine(), cpuFlags: null, vendor: null };

describe('planCpu', () => {
  it.each([
    ['an Intel host with vmx', 'cpu: {}', {}, 'host,l3-cache=on,+vmx'],
    ['an AMD host with svm', 'cpu: {}', { host: amdMachine() }, 'host,l3-cache=on,+svm'],
    ['a host without vmx', 'cpu: {}', { host: { ...notesMachine(), cpuFlags: ['fpu'] } }, 'host,l3-cache=on'],
    [
      'a host without vmx, nested asked for',
      'cpu: {nested: true}',
      { host: { ...notesMachine(), cpuFlags: [] } },
      'host,l3-cache=on,+vmx',
    ],
    ['an unknown host', 'cpu: {}', { host: unknownCpu }, 'host,l3-cache=on'],
    [
      'an unknown host, nested forbidden',
      'cpu: {nested: false}',
      { host: unknownCpu },
      'host,l3-cache=on,-vmx,-svm',
    ],
    ['nested forbidden', 'cpu: {nested: false}', {}, 'host,l3-cache=on,-vmx'],
    ['tcg on Intel', 'machine: {accelerator: tcg}', {}, 'max,l3-cache=on,+svm'],
    [
      'tcg, nested forbidden',
      '{machine: {accelerator: tcg}, cpu: {nested: false}}',
      {},
      'max,l3-cache=on,-svm,xlevel=0x8000000a',
    ],
    ['siblings on AMD', 'cpu: {vcpus: 2}', { host: amdMachine() }, 'host,l3-cache=on,+svm,+topoext'],
    [
      'siblings on AMD, a named model',
      'cpu: {vcpus: 2, model: EPYC}',
      { host: amdMachine() },
      'EPYC,l3-cache=on,+svm',
    ],
    ['no L3', 'cpu: {l3Cache: false}', {}, 'host,l3-cache=off,+vmx'],
    [
      'a feature of the spec’s own',
      'cpu: {features: {vmx: false, x2apic: true}}',
      {},
      'host,l3-cache=on,vmx=off,x2apic=on',
    ],
  ])('%s', (_what, text, world, expected) => {
    expect(cpuOf(text, world)).toBe(expected);
  });

  it('says why it shows max and not the host', () => {
    expect(plan('machine: {accelerator: tcg}').decisions).toContainEqual({
      key: 'cpu.model',
      value: 'max',
      reason: "tcg cannot show the host's CPU; max is everything that it can emulate",
    });
  });
});
