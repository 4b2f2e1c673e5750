import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findQemu } from '../../src/qemu/find.js';
import { probeKvm } from '../../src/qemu/kvm.js';
import { ownCpus } from '../../src/runtime/threads.js';
import { TestHome, until } from '../support/cli.js';
import { bareSpec } from '../support/specs.js';

describe('the everyday verbs, TCG', () => {
  let home: TestHome;
  beforeEach(() => {
    home = new TestHome();
  });
  afterEach(() => home.dispose());
  const state = async (name: string) => (await home.json<{ state: string }>('status', name)).state;

  it('puts back a thread that was moved by hand', async (context) => {
    const [first, second] = ownCpus();
    if (second === undefined) context.skip('there is one CPU');
    const placement = { vcpus: `${second}`, emulator: `${first}`, reserve: 'none' };
    await home.vm('up', home.spec('moved', bareSpec({ cpu: { vcpus: 1 }, placement })));
    const { vcpus } = await home.json<{ vcpus: { threadId: number }[] }>('status', 'moved');
    const threadId = vcpus[0]?.threadId ?? 0;
    execFileSync('taskset', ['-cp', `${first}`, `${threadId}`]);
    expect(await home.vm('place', 'moved')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        `^vCPU 0 \\(thread ${threadId}\\): CPUs ${first} → ${second}\nmoved: 1 of \\d+ threads moved\n$`,
      ),
    });
    expect(await home.json('place', 'moved')).toMatchObject({ name: 'moved', moved: [], warnings: [] });
    const refused = await home.vm('place', 'moved', '--vcpus', 'x');
    expect(refused).toMatchObject({ code: 64, stdout: '' });
    await home.vm('down', 'moved', '--force', '--timeout', '1s');
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });

  it('pauses, resumes, resets and talks QMP', async () => {
    await home.vm('up', home.spec('a', bareSpec()));
    expect((await home.vm('pause', 'a')).code).toBe(0);
    expect(await state('a')).toBe('paused');
    expect((await home.vm('resume', 'a')).code).toBe(0);
    expect(await state('a')).toBe('running');
    expect((await home.vm('reset', 'a')).code).toBe(0);
    const qmp = await home.vm('qmp', 'a', 'query-status');
    expect(JSON.parse(qmp.stdout)).toMatchObject({ running: true });
    const refused = await home.vm('qmp', 'a', 'device_del', '{"id": "no-such"}');
    expect(refused.code).toBe(5);
    expect(refused.stderr).toMatch(/no-such/);
    expect((await home.vm('qmp', 'a', 'query-status', '{')).code).toBe(64);
    await home.vm('down', 'a', '--force', '--timeout', '1s');
  });

  it('shows events as they come and ends with the VM', async () => {
    await home.vm('up', home.spec('e', bareSpec()));
    const child = home.spawn('events', 'e', '--format', 'json');
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    const ended = new Promise((done) => child.on('close', done));
    await until('the watcher is attached', () => home.processes().length > 0);
    await new Promise((wake) => setTimeout(wake, 500));
    await home.vm('pause', 'e');
    await home.vm('resume', 'e');
    await home.vm('down', 'e', '--force', '--timeout', '1s');
    await ended;
    const events = text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { vm: string; event: string }).event);
    expect(events).toEqual(expect.arrayContaining(['STOP', 'RESUME', 'SHUTDOWN']));
  });

  it('waits for a state, and says no when the time is over', async () => {
    await home.vm('up', home.spec('w', bareSpec()));
    expect((await home.vm('wait', 'w', '--for', 'running', '--timeout', '5s')).code).toBe(0);
    expect((await home.vm('wait', 'w', '--for', 'stopped', '--timeout', '300ms')).code).toBe(1);
    const waiting = home.vm('wait', 'w', '--for', 'stopped', '--timeout', '20s');
    await home.vm('down', 'w', '--force', '--timeout', '1s');
    expect((await waiting).code).toBe(0);
  });

  it('says no such VM, with exit code 6, for every verb that wants one', async () => {
    for (const verb of ['status', 'pause', 'resume', 'reset', 'down', 'console', 'events']) {
      const result = await home.vm(verb, 'nobody');
      expect([verb, result.code]).toEqual([verb, 6]);
    }
  });

  it('gives guests no descriptor but their own', async () => {
    const leak = openSync('/dev/null', 'r');
    await home.vm('up', home.spec('fd', bareSpec()));
    closeSync(leak);
    await home.vm('down', 'fd', '--force', '--timeout', '1s');
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });
});

describe('KVM, without booting a kernel', () => {
  let home: TestHome;
  beforeEach(() => {
    home = new TestHome();
  });
  afterEach(() => home.dispose());

  it('starts, pins its vCPU threads and stops', async (context) => {
    const spec = home.spec(
      'fast',
      bareSpec({
        machine: { accelerator: 'kvm' },
        cpu: { vcpus: 2, features: { 'arch-capabilities': false } },
      }),
    );
    const up = await home.vm('up', spec);
    if (up.code !== 0 && !(await probeKvm(findQemu() ?? '')).works && /KVM|kvm/.test(up.stderr))
      context.skip(`KVM does not start here: ${up.stderr}`);
    expect(up).toMatchObject({ code: 0 });
    const status = await home.json<{ accelerator: string; vcpus: { cpus: number[] }[] }>('status', 'fast');
    const plan = await home.json<{ placement: { vcpus: { cpus: number[] }[] } }>('plan', spec);
    expect(status.accelerator).toBe('kvm');
    expect(status.vcpus.map(({ cpus }) => cpus)).toEqual(plan.placement.vcpus.map(({ cpus }) => cpus));
    await home.vm('down', 'fast', '--force', '--timeout', '1s');
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });

  it("says KVM's own words when the spec's CPU does not start on it", async (context) => {
    const qemu = findQemu() ?? '';
    if ((await probeKvm(qemu)).works) context.skip('-cpu host starts here');
    const up = await home.vm('up', home.spec('host', bareSpec({ machine: { accelerator: 'kvm' } })));
    expect([3, 4]).toContain(up.code);
    expect(up.stderr).toMatch(/kvm|MSR/i);
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });

  it('falls back to tcg on auto, saying why', async (context) => {
    if ((await probeKvm(findQemu() ?? '')).works) context.skip('KVM starts here');
    const plan = await home.vm('plan', home.spec('auto', bareSpec({ machine: { accelerator: 'auto' } })));
    expect(plan.stdout).toMatch(/tcg.*KVM|tcg.*\/dev\/kvm/);
  });
});
