import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findQemu } from '../../src/qemu/find.js';
import { probeKvm } from '../../src/qemu/kvm.js';
import { kernelThreadsOf } from '../../src/runtime/kernel-threads.js';
import { pathsOf } from '../../src/runtime/names.js';
import { readRecord, type VmRecord, writeRecord } from '../../src/runtime/record.js';
import { userId } from '../../src/runtime/roots.js';
import { readScheduling } from '../../src/runtime/scheduling.js';
import { ownCpus } from '../../src/runtime/threads.js';
import { up } from '../../src/runtime/up.js';
import type { Vm } from '../../src/runtime/vm.js';
import { skipBecause } from '../support/skip.js';
import { makePlace, noQemu, type Place, pidOf } from './support.js';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.clear());

const [first = 0, second = 0] = ownCpus();
const twoCpus = noQemu ?? (ownCpus().length < 2 ? 'there is one CPU' : undefined);

/** One vCPU on the second CPU, everything else on the first. */
const apart = {
  cpu: { vcpus: 1, maxVcpus: 2 },
  ioThreads: 1,
  placement: { vcpus: `${second}`, emulator: `${first}`, ioThreads: `${first}`, reserve: 'none' },
};
const fifo = { ...apart, placement: { ...apart.placement, scheduler: { policy: 'fifo', priority: 7 } } };

function recordOf(name: string): VmRecord {
  const record = readRecord(pathsOf(name));
  if (typeof record !== 'object') throw new Error('no record');
  return record;
}

const vcpuThread = async (vm: Vm, index = 0) => (await vm.status()).vcpus[index]?.threadId ?? 0;
const vcpuCpus = async (vm: Vm) => (await vm.status()).vcpus.map(({ cpus }) => cpus);
const byHand = (tool: string, ...args: (string | number)[]) => execFileSync(tool, args.map(String));

describe('place', () => {
  skipBecause(twoCpus);

  it('finds nothing to do in a VM that nobody touched, and leaves its record alone', async () => {
    const vm = await up(place.spec('a', apart));
    const before = recordOf('a');
    const { threads, moved, placement, warnings } = await vm.place();
    expect({ threads, moved, warnings }).toEqual({
      threads: (await vm.status()).threads.length,
      moved: [],
      warnings: [],
    });
    expect(placement).toEqual(before.plan.placement);
    expect(recordOf('a')).toEqual(before);
  });

  it('mends what was moved by hand: a vCPU, an I/O thread and one of the emulator', async () => {
    const vm = await up(place.spec('a', apart));
    const { threads } = await vm.status();
    const find = (name: string) => threads.find((thread) => thread.name === name)?.threadId ?? 0;
    const [vcpu, io, monitor] = [find('CPU 0/TCG'), find('IO iothread0'), find('IO mon_iothread')];
    byHand('taskset', '-cp', first, vcpu);
    byHand('taskset', '-cp', second, io);
    byHand('taskset', '-cp', `${first},${second}`, monitor);
    const { moved } = await vm.place();
    expect(moved).toEqual(
      [
        { what: 'I/O thread 0', threadId: io, cpus: { from: [second], to: [first] }, scheduling: null },
        {
          what: 'emulator thread IO mon_iothread',
          threadId: monitor,
          cpus: { from: [first, second], to: [first] },
          scheduling: null,
        },
        { what: 'vCPU 0', threadId: vcpu, cpus: { from: [first], to: [second] }, scheduling: null },
      ].sort((a, b) => a.threadId - b.threadId),
    );
    expect((await vm.place()).moved).toEqual([]);
    expect((await vm.status()).threads.map(({ name, cpus }) => [name, cpus])).toEqual(
      threads.map(({ name, cpus }) => [name, cpus]),
    );
  });

  it('mends how vCPUs are scheduled', async (context) => {
    if (userId() !== 0) context.skip('real time is for root');
    const vm = await up(place.spec('a', fifo));
    const threadId = await vcpuThread(vm);
    byHand('chrt', '--other', '--pid', 0, threadId);
    const planned = { policy: 'fifo', priority: 7 };
    expect((await vm.place()).moved).toEqual([
      {
        what: 'vCPU 0',
        threadId,
        cpus: null,
        scheduling: { from: { policy: 'other', priority: null }, to: planned },
      },
    ]);
    expect(readScheduling(threadId)).toEqual(planned);
  });

  it('moves vCPUs where they are wanted, and promises that from then on', async () => {
    const vm = await up(place.spec('a', apart));
    const { moved, placement, warnings } = await vm.place({ vcpus: `${first}` });
    expect(moved.map(({ what, cpus }) => [what, cpus])).toEqual([
      ['vCPU 0', { from: [second], to: [first] }],
    ]);
    expect(warnings.join('\n')).toContain("QEMU's own threads share");
    expect(await vcpuCpus(vm)).toEqual([[first]]);
    const { plan, spec } = recordOf('a');
    expect(plan.placement).toEqual(placement);
    expect(plan.placement).toMatchObject({ exclusiveCpus: [first], vcpus: [{ vcpu: 0, cpu: first }] });
    expect(spec.placement.vcpus).toEqual([first]);
    // What it left is free again.
    const beside = { vcpus: `${second}`, emulator: 'none', reserve: 'none' };
    await up(place.spec('b', { cpu: { vcpus: 1 }, placement: beside }));
    await expect(vm.place({ vcpus: `${second}` })).rejects.toMatchObject({
      code: 'host.cpu-held',
      message: expect.stringContaining('VM b'),
    });
    expect(await vcpuCpus(vm)).toEqual([[first]]);
    expect(recordOf('a').plan.placement).toEqual(placement);
  });

  it('lets vCPUs float again over all CPUs', async () => {
    const vm = await up(place.spec('a', { ...apart, placement: { ...apart.placement, emulator: 'none' } }));
    await vm.place({ vcpus: 'none' });
    expect(await vcpuCpus(vm)).toEqual([ownCpus()]);
    expect(recordOf('a').plan.placement.exclusiveCpus).toEqual([]);
  });

  it('refuses what is no placement, and a VM that is not there', async () => {
    const vm = await up(place.spec('a', apart));
    const refused = { code: 'usage.vcpus' };
    for (const vcpus of ['x', '', '2-1']) await expect(vm.place({ vcpus })).rejects.toMatchObject(refused);
    await expect(vm.place({ vcpus: `${first},${second}` })).rejects.toMatchObject(refused);
    await vm.down({ force: true });
    await expect(vm.place()).rejects.toMatchObject({ code: 'state.no-such-vm' });
  });

  it('places a vCPU that was plugged in, and gives its CPU back when it is gone', async () => {
    const vm = await up(place.spec('a', { ...apart, placement: { ...apart.placement, emulator: 'none' } }));
    const client = await vm.qmp();
    const spare = { 'socket-id': 0, 'core-id': 1, 'thread-id': 0 };
    await client.execute('device_add', { driver: 'max-x86_64-cpu', id: 'cpu1', ...spare });
    await client.close();
    expect(await vcpuCpus(vm)).toEqual([[second], ownCpus()]);
    const { moved, placement } = await vm.place();
    expect(moved).toMatchObject([{ what: 'vCPU 1', cpus: { from: ownCpus(), to: [first] } }]);
    expect(await vcpuCpus(vm)).toEqual([[second], [first]]);
    expect(placement.exclusiveCpus).toEqual([first, second]);
    expect((await vm.place()).moved).toEqual([]);
    expect((await vm.place({ vcpus: `${first},${second}` })).placement.vcpus).toMatchObject([
      { vcpu: 0, cpu: first },
      { vcpu: 1, cpu: second },
    ]);
    expect(await vcpuCpus(vm)).toEqual([[first], [second]]);
  });

  it('goes back where a move does not come to its end', async () => {
    const vm = await up(place.spec('a', apart));
    const record = recordOf('a');
    const group = '/sys/fs/cgroup/vm-nobody';
    const partition = { root: '/sys/fs/cgroup', group, cpus: [second], enables: [], holder: null };
    const before = writeRecord(pathsOf('a'), { ...record, plan: { ...record.plan, partition } });
    await expect(vm.place({ vcpus: `${first}` })).rejects.toMatchObject({ code: 'host.cgroup' });
    expect(await vcpuCpus(vm)).toEqual([[second]]);
    expect(recordOf('a')).toEqual(before);
  });

  it('goes on from where a move was killed: what was held twice is given back', async () => {
    const vm = await up(place.spec('a', apart));
    const record = recordOf('a');
    const { plan } = record;
    const [vcpu] = plan.placement.vcpus;
    if (vcpu === undefined) throw new Error('no vCPU');
    const moving = {
      ...plan.placement,
      vcpus: [{ ...vcpu, cpu: first, cpus: [first] }],
      exclusiveCpus: [first, second],
    };
    writeRecord(pathsOf('a'), { ...record, plan: { ...plan, placement: moving } });
    await vm.place();
    expect(await vcpuCpus(vm)).toEqual([[first]]);
    expect(recordOf('a').plan.placement.exclusiveCpus).toEqual([first]);
  });
});

describe('under KVM', () => {
  skipBecause(twoCpus);

  it("keeps the kernel's own threads of the VM off its real-time vCPU", async (context) => {
    if (userId() !== 0) context.skip('real time is for root');
    const cpu = { ...fifo.cpu, features: { 'arch-capabilities': false } };
    const spec = place.spec('a', { ...fifo, cpu, machine: { accelerator: 'kvm' } });
    const vm = await up(spec).catch(async (error: unknown) => {
      if ((await probeKvm(findQemu() ?? '')).works) throw error;
      return undefined;
    });
    if (vm === undefined) return context.skip('KVM does not start here');
    await vm.place();
    const threadId = await vcpuThread(vm);
    expect(readScheduling(threadId)).toEqual({ policy: 'fifo', priority: 7 });
    expect(await vcpuCpus(vm)).toEqual([[second]]);
    const pit = kernelThreadsOf(pidOf('a'));
    for (const { name, cpus } of pit) expect([name, cpus]).toEqual([name, [first]]);
    if (readFileSync('/proc/2/comm', 'utf8') === 'kthreadd\n') {
      expect(pit.map(({ name }) => name)).toContain(`kvm-pit/${pidOf('a')}`);
    }
    const others = (await vm.status()).threads.filter((thread) => thread.threadId !== threadId);
    for (const { name, threadId: other, cpus } of others) {
      expect([name, cpus, readScheduling(other)?.policy]).toEqual([name, [first], 'other']);
    }
  });

  it('places what KVM makes with the first vCPU that runs, also where that is after a pause', async (context) => {
    const cpu = { ...apart.cpu, features: { 'arch-capabilities': false } };
    const spec = place.spec('a', { ...apart, cpu, machine: { accelerator: 'kvm' } });
    const vm = await up(spec, { paused: true }).catch(async (error: unknown) => {
      if ((await probeKvm(findQemu() ?? '')).works) throw error;
      return undefined;
    });
    if (vm === undefined) return context.skip('KVM does not start here');
    await vm.resume();
    const { threads } = await vm.status();
    for (const { name, cpus } of threads) {
      expect([name, cpus]).toEqual([name, name.startsWith('CPU ') ? [second] : [first]]);
    }
    expect((await vm.place()).moved).toEqual([]);
  });
});
