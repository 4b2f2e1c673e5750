import { existsSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collect, TestHome, until } from '../support/cli.js';
import { bareSpec } from '../support/specs.js';

describe('trouble, TCG', () => {
  let home: TestHome;
  beforeEach(() => {
    home = new TestHome();
  });
  afterEach(() => home.dispose());

  const nothingLeft = () => expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  const listed = () => home.json<{ name: string; state: string; pid: number | null }[]>('list');

  it('lets one of two launches of a name win, and the other harms nothing', async () => {
    const spec = home.spec('one', bareSpec());
    const [first, second] = await Promise.all([home.vm('up', spec), home.vm('up', spec)]);
    expect(new Set([first.code, second.code])).toEqual(new Set([0, 6]));
    const loser = first.code === 0 ? second : first;
    expect(loser.stderr).toMatch(/one/);
    expect(await listed()).toMatchObject([{ name: 'one', state: 'running' }]);
    expect(home.processes()).toHaveLength(1);
    expect((await home.vm('up', spec)).code).toBe(6);
    expect((await home.vm('down', 'one', '--force', '--timeout', '1s')).code).toBe(0);
    nothingLeft();
  });

  it('shows a killed QEMU as crashed, with its log, until the next up or down', async () => {
    const spec = home.spec('dead', bareSpec());
    await home.vm('up', spec);
    const [vm] = await listed();
    process.kill(vm?.pid ?? 0, 'SIGKILL');
    await until('QEMU is gone', () => home.processes().length === 0);
    expect(await listed()).toMatchObject([{ name: 'dead', state: 'crashed', pid: null }]);
    expect(await listed()).toMatchObject([{ name: 'dead', state: 'crashed' }]);
    expect((await home.vm('up', spec)).code).toBe(0);
    expect(await listed()).toMatchObject([{ name: 'dead', state: 'running' }]);
    process.kill((await listed())[0]?.pid ?? 0, 'SIGKILL');
    await until('QEMU is gone', () => home.processes().length === 0);
    expect((await home.vm('down', 'dead')).code).toBe(0);
    nothingLeft();
  });

  it('calls a frozen QEMU unresponsive, not stopped, and takes it away only with --force', async () => {
    await home.vm('up', home.spec('ice', bareSpec()));
    const pid = (await listed())[0]?.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    expect(await listed()).toMatchObject([{ name: 'ice', state: 'unresponsive', pid }]);
    const down = await home.vm('down', 'ice', '--timeout', '1s');
    expect(down.code).not.toBe(0);
    expect(down.stderr).toMatch(/--force/);
    expect(home.processes()).toEqual([pid]);
    process.kill(pid, 'SIGCONT');
    await until(
      'it answers again',
      () => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') S') || undefined,
    );
    expect(await listed()).toMatchObject([{ name: 'ice', state: 'running' }]);
    process.kill(pid, 'SIGSTOP');
    expect((await home.vm('down', 'ice', '--force', '--timeout', '1s')).code).toBe(0);
    nothingLeft();
  });

  it('refuses a disk that is missing, before anything starts', async () => {
    const spec = home.spec('nodisk', bareSpec({ disks: [{ source: 'no-such.qcow2' }] }));
    const plan = await home.vm('plan', spec);
    expect(plan.code).toBe(0);
    expect(plan.stderr).toMatch(/no-such\.qcow2 does not exist/);
    const up = await home.vm('up', spec);
    expect(up.code).toBe(3);
    expect(up.stderr).toMatch(/no-such\.qcow2 does not exist/);
    nothingLeft();
  });

  it('names what holds a disk that another VM has locked', async () => {
    const image = home.file('shared.img', '');
    truncateSync(image, 1024 ** 2);
    const disks = [{ source: 'shared.img' }];
    await home.vm('up', home.spec('owner', bareSpec({ disks })));
    expect(await home.vm('up', home.spec('thief', bareSpec({ disks })))).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`disks[0]: owner has ${image}, and only one VM can`),
    });
    const alias = join(home.folder, 'alias.img');
    symlinkSync(image, alias);
    expect(
      await home.vm('up', home.spec('thief', bareSpec({ disks: [{ source: 'alias.img' }] }))),
    ).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`disks[0]: owner has ${alias}, which is ${image}, and only one VM can`),
    });
    expect(await listed()).toMatchObject([{ name: 'owner', state: 'running' }]);
    await home.vm('down', 'owner', '--force', '--timeout', '1s');

    // A disk that its owner shares is free to be had: only QEMU knows that this one does not share it.
    await home.vm('up', home.spec('owner', bareSpec({ disks: [{ source: 'shared.img', shared: true }] })));
    const up = await home.vm('up', home.spec('thief', bareSpec({ disks })));
    expect(up.code).toBe(4);
    expect(up.stderr).toMatch(/lock/);
    expect(up.stderr).toMatch(/held by VM owner/);
    expect(await listed()).toMatchObject([{ name: 'owner', state: 'running' }]);
    await home.vm('down', 'owner', '--force', '--timeout', '1s');
    nothingLeft();
  });

  it("shows QEMU's own words and the command when QEMU refuses to start", async () => {
    const spec = home.spec('odd', bareSpec({ qemu: { extraArgs: ['-no-such-option'] } }));
    const up = await home.vm('up', spec);
    expect(up.code).toBe(4);
    expect(up.stderr).toMatch(/-no-such-option: invalid option/);
    expect(up.stderr).toMatch(/qemu-system-x86_64 \\/);
    nothingLeft();
  });

  it('undoes an up that is interrupted', async () => {
    const spec = home.spec('never', bareSpec());
    const child = home.spawn('up', spec, '--wait', 'a marker that never comes');
    const ended = collect(child);
    await until('QEMU starts', () => home.processes().some((pid) => pid !== child.pid));
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    nothingLeft();
  });

  it.each([
    ['as soon as its folder is there', (run: string) => existsSync(join(run, 'cut'))],
    ['as soon as the record is there', (run: string) => existsSync(join(run, 'cut/record.json'))],
    ['as soon as QEMU runs', undefined],
    ['as soon as the pidfile is there', (run: string) => existsSync(join(run, 'cut/qemu.pid'))],
    ['as soon as the monitor is there', (run: string) => existsSync(join(run, 'cut/control.sock'))],
  ])('rolls back a launch that was killed %s', async (_when, look) => {
    const spec = home.spec('cut', bareSpec());
    const child = home.spawn('up', spec);
    const ended = collect(child);
    const reached = look ? () => look(home.runtime) : () => home.processes().some((pid) => pid !== child.pid);
    await until('the launch gets there', () => reached() || child.exitCode !== null);
    child.kill('SIGKILL');
    await ended;
    const found = await listed();
    if (found[0]?.state !== 'running') {
      expect(found).toEqual([]);
      nothingLeft();
      expect((await home.vm('up', spec)).code).toBe(0);
    }
    expect(await listed()).toMatchObject([{ name: 'cut', state: 'running' }]);
    expect(home.processes()).toHaveLength(1);
    await home.vm('down', 'cut', '--force', '--timeout', '1s');
    nothingLeft();
  });

  it('is not confused by a record that is garbage', async () => {
    await home.vm('up', home.spec('fine', bareSpec()));
    home.file('run/broken/record.json', '{"version": 1, "na');
    writeFileSync(join(home.runtime, 'stray'), 'not a folder');
    const found = await home.vm('list', '--format', 'json');
    expect(found.code).toBe(0);
    expect(JSON.parse(found.stdout)).toContainEqual(
      expect.objectContaining({ name: 'fine', state: 'running' }),
    );
    await home.vm('down', 'fine', '--force', '--timeout', '1s');
  });
});
