/** `vm verify` on the real kernel and the real QEMU, TCG: what it says follows what runs, and not the record. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Verification } from '../../src/index.js';
import { findQemu } from '../../src/qemu/find.js';
import { probeKvm } from '../../src/qemu/kvm.js';
import { TestHome } from '../support/cli.js';
import { bareSpec } from '../support/specs.js';

interface Status {
  vcpus: { index: number; threadId: number; cpus: number[] }[];
  threads: { name: string; threadId: number }[];
}

describe('vm verify', () => {
  let home: TestHome;
  beforeEach((context) => {
    if (availableParallelism() < 2) context.skip('a vCPU and the host need a CPU each');
    home = new TestHome();
  });
  afterEach(() => home?.dispose());

  /** Its answer, its exit code, and what is broken. */
  async function verify(name: string) {
    const { code, stdout, stderr } = await home.vm('verify', name, '--format', 'json');
    if (stdout === '') throw new Error(stderr);
    const answer = JSON.parse(stdout) as Verification;
    const failed = answer.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
    // Whether a thread had the time to run where it was moved is the kernel's affair.
    return { code, answer, failed: failed.filter((id) => !id.endsWith('.ran')) };
  }

  const place = (threadId: number, cpus: readonly number[]) =>
    execFileSync('taskset', ['-cp', cpus.join(','), `${threadId}`], { stdio: 'pipe' });

  function falsify(name: string, cpus: readonly number[]): void {
    const path = join(home.runtime, name, 'record.json');
    const record = JSON.parse(readFileSync(path, 'utf8')) as {
      plan: { placement: { vcpus: { cpu: number | null; cpus: readonly number[] }[] } };
    };
    for (const vcpu of record.plan.placement.vcpus) Object.assign(vcpu, { cpu: cpus[0], cpus });
    writeFileSync(path, JSON.stringify(record));
  }

  it('is green, red on the thread that was moved, and right where the record is not', async () => {
    const file = home.spec('pin', bareSpec({ ioThreads: 1, cpu: { vcpus: 1 } }));
    expect(await home.vm('up', file, '--verify')).toMatchObject({ code: 0 });
    expect(await verify('pin')).toMatchObject({
      code: 0,
      failed: [],
      answer: { name: 'pin', ok: true, notes: [] },
    });
    const { vcpus, threads } = await home.json<Status>('status', 'pin');
    const [vcpu] = vcpus;
    const main = threads.find(({ name }) => name.startsWith('qemu'));
    if (vcpu === undefined || main === undefined) throw new Error('QEMU has no threads');
    const elsewhere = vcpu.cpus.includes(0) ? [1] : [0];

    place(vcpu.threadId, elsewhere);
    expect(await verify('pin')).toMatchObject({ code: 1, failed: ['vcpu.0.affinity'] });
    falsify('pin', elsewhere);
    const { code, failed, answer } = await verify('pin');
    expect({ code, failed }).toEqual({ code: 1, failed: ['vcpu.0.affinity'] });
    expect(answer.notes[0]).toMatch(
      /^the record plans vCPU 0 on CPUs \d+; by the spec it belongs on CPUs \d+$/,
    );

    const affinity = answer.checks.find(({ id }) => id === 'vcpu.0.affinity');
    expect(affinity?.advice).toBe('Put it back: vm place pin.');

    place(vcpu.threadId, vcpu.cpus);
    expect(await verify('pin')).toMatchObject({ code: 0, failed: [], answer: { ok: true } });
    place(main.threadId, [0, 1]);
    expect(await verify('pin')).toMatchObject({ code: 1, failed: [`emulator.${main.threadId}.affinity`] });
    const { stdout } = await home.vm('verify', 'pin');
    expect(stdout).toMatch(/^fail {2}emulator\.\d+\.affinity/);
    expect(await home.vm('down', 'pin', '--force')).toMatchObject({ code: 0 });
  });

  it('holds an explicit placement to the letter', async () => {
    const placement = { vcpus: { 0: '1', 1: '0-1' }, emulator: '0' };
    const file = home.spec('exact', bareSpec({ cpu: { vcpus: 2 }, placement }));
    expect(await home.vm('up', file, '--verify', '--paused')).toMatchObject({ code: 0 });
    expect(await verify('exact')).toMatchObject({ code: 0, failed: [] });
    falsify('exact', [0]);
    expect(await verify('exact')).toMatchObject({ code: 0, failed: [] });
    const { vcpus } = await home.json<Status>('status', 'exact');
    place(vcpus[1]?.threadId ?? 0, [0]);
    expect(await verify('exact')).toMatchObject({ code: 1, failed: ['vcpu.1.affinity'] });
    expect(await home.vm('down', 'exact', '--force')).toMatchObject({ code: 0 });
  });

  it("is green under KVM, with the threads that KVM makes for a guest that runs, and vm place mends what isn't", async (context) => {
    const cpu = { vcpus: 1, features: { 'arch-capabilities': false } };
    const file = home.spec('fast', bareSpec({ machine: { accelerator: 'kvm' }, cpu }));
    const up = await home.vm('up', file, '--verify');
    if (up.code !== 0 && !(await probeKvm(findQemu() ?? '')).works && /KVM|kvm/.test(up.stderr))
      context.skip(`KVM does not start here: ${up.stderr}`);
    expect(up).toMatchObject({ code: 0 });
    const { answer, ...rest } = await verify('fast');
    expect(rest).toEqual({ code: 0, failed: [] });
    expect(answer.checks).toContainEqual(expect.objectContaining({ id: 'accelerator', status: 'pass' }));
    const { vcpus, threads } = await home.json<Status>('status', 'fast');
    // Linux 6.14 and later have it in the process, from when a vCPU has run.
    const made = threads.find(({ name }) => name.startsWith('kvm-nx-lpage'));
    for (const { threadId } of made === undefined ? [] : [made]) {
      const id = `emulator.${threadId}.affinity`;
      expect(answer.checks).toContainEqual(expect.objectContaining({ id, status: 'pass' }));
      place(threadId, vcpus[0]?.cpus ?? []);
      expect(await verify('fast')).toMatchObject({ code: 1, failed: [id] });
      expect(await home.vm('place', 'fast')).toMatchObject({ code: 0 });
      expect(await verify('fast')).toMatchObject({ code: 0, failed: [] });
    }
    expect(await home.vm('down', 'fast', '--force')).toMatchObject({ code: 0 });
  });

  it('lets up --verify start nothing that breaks a promise', async () => {
    // QEMU warns that its emulation has no vmx, and would go on.
    const file = home.spec('broken', bareSpec({ cpu: { vcpus: 1, features: { vmx: true } } }));
    const { code, stderr } = await home.vm('up', file, '--verify');
    expect(code).toBe(1);
    expect(stderr).toContain('the CPU feature vmx is on');
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
    expect(await home.vm('verify', 'broken')).toMatchObject({ code: 6 });
  });
});
