import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHome } from '../support/cli.js';
import { recordedFile, whyNoRecordings } from '../support/qemu.js';
import { skipBecause } from '../support/skip.js';
import { bareSpec } from '../support/specs.js';

let home: TestHome;
beforeEach(() => {
  home = new TestHome();
});
afterEach(() => home.dispose());

describe('the QEMU that is there', () => {
  it('is shown', async () => {
    const shown = await home.json<{ version: object; machines: { alias: string | null }[] }>('qemu');
    expect(shown).toMatchObject({
      features: { jsonDevice: true },
      accelerators: expect.arrayContaining(['tcg']),
    });
    expect(shown.machines.map(({ alias }) => alias)).toContain('q35');
    expect((await home.vm('qemu')).stdout).toMatch(/^version {10}\d+\.\d+\.\d+$/m);
  });

  it.each([
    ['machine.type', { machine: { type: 'pc-q35-99.0', accelerator: 'tcg' } }, 'machine "pc-q35-99.0"'],
    ['cpu.model', { cpu: { model: 'Skylake-Sever' } }, 'CPU model "Skylake-Sever"'],
    ['cpu.vcpus', { machine: { type: 'pc', accelerator: 'tcg' }, cpu: { vcpus: 1000 } }, '1000 vCPUs'],
  ])('refuses a %s that it lacks before anything is spawned', async (key, more, told) => {
    const file = home.spec('lacking', bareSpec(more));
    const command = await home.vm('command', file);
    expect(command).toMatchObject({ code: 0 });
    expect(command.stderr).toContain(`${key}: `);
    expect(command.stderr).toContain(told);
    const up = await home.vm('up', file);
    expect(up).toMatchObject({ code: 4, stdout: '' });
    expect(up.stderr).toContain(told);
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });

  it('is refused if it is not there', async () => {
    expect(await home.vm('qemu', '--binary', '/nowhere/qemu')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('there is no "/nowhere/qemu" that this user can run'),
    });
    expect(await home.vm('qemu', '--binary', 'a', '--qemu-capabilities', 'b')).toMatchObject({ code: 64 });
  });
});

describe('a QEMU elsewhere', () => {
  skipBecause(whyNoRecordings);

  it('is compiled for from its recorded session', async () => {
    const file = home.spec('new', bareSpec({ machine: { type: 'pc-q35-10.0', accelerator: 'tcg' } }));
    const current = ['--qemu-capabilities', recordedFile('10.0.0')];
    for (const verb of ['plan', 'command', 'explain', 'validate']) {
      expect((await home.vm(verb, file, ...current)).stderr).not.toContain('has no');
      expect((await home.vm(verb, file, '--qemu-capabilities', recordedFile('7.2.0'))).stderr).toContain(
        'QEMU 7.2.0 has no machine "pc-q35-10.0": it came with QEMU 10.0',
      );
    }
    expect(await home.json('qemu', ...current)).toMatchObject({
      binary: null,
      version: { major: 10, minor: 0, micro: 0 },
      features: { smpCache: true },
    });
    expect(await home.vm('command', file, '--qemu-capabilities', file)).toMatchObject({
      code: 64,
      stdout: '',
    });
  });
});
