import { expect, it } from 'vitest';
import { cpusInUse } from '../../src/plan/cpu-use.js';
import { hostFacts } from '../support/hosts.js';
import { plan } from '../support/planning.js';

const host = hostFacts({ coresPerL3: 4, threads: 2, offline: [7], isolated: [2, 6] });

it('tells the threads of VMs, the CPUs of the host, and those that are isolated or off', () => {
  const { placement } = plan('{cpu: {vcpus: 1}, placement: {vcpus: "1", emulator: "0"}}', { host });
  const cpus = cpusInUse(host, [{ name: 'demo', placement }]);
  expect(cpus.map(({ cpu }) => cpu)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(cpus[1]).toEqual({
    cpu: 1,
    node: 0,
    core: 1,
    use: 'vcpu',
    isolated: false,
    nohzFull: false,
    threads: [{ vm: 'demo', thread: 'vCPU 0', floats: false }],
  });
  expect(cpus[0]?.threads).toContainEqual({ vm: 'demo', thread: 'emulator', floats: false });
  expect(cpus.filter(({ use }) => use === 'isolated').map(({ cpu }) => cpu)).toEqual([2, 6]);
  expect(cpus[7]).toMatchObject({ use: 'offline', threads: [] });
});

it('marks what may run elsewhere too', () => {
  const { placement } = plan('{cpu: {vcpus: 1}, placement: {vcpus: none}}', { host });
  const floating = cpusInUse(host, [{ name: 'demo', placement }]).filter(({ threads }) =>
    threads.some(({ thread, floats }) => thread === 'vCPU 0' && floats),
  );
  expect(floating.map(({ cpu }) => cpu)).toEqual(placement.vcpus[0]?.cpus);
});
