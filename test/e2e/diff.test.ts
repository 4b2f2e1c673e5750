import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VmDiff } from '../../src/command/diff.js';
import { TestHome } from '../support/cli.js';
import { bareSpec } from '../support/specs.js';

describe('vm diff, TCG, paused', () => {
  let home: TestHome;
  beforeEach(() => {
    home = new TestHome();
  });
  afterEach(() => home.dispose());

  const diff = async (name: string) => {
    const { code, stdout, stderr } = await home.vm('diff', name, '--format', 'json');
    return { code, stderr, ...(JSON.parse(stdout) as VmDiff) };
  };
  const up = async (name: string, spec: object, ...more: string[]) =>
    expect(await home.vm('up', home.spec(name, bareSpec(spec)), '--paused', ...more)).toMatchObject({
      code: 0,
    });
  const down = (name: string) => home.vm('down', name, '--force');

  it('finds nothing where nothing changed, whatever the VM has', async () => {
    const spec = {
      profile: 'secure',
      cpu: { vcpus: 2 },
      ioThreads: 1,
      disks: [{ source: 'new.qcow2', size: '64MiB', ioThread: 0, limits: { iops: 100 } }],
      networks: [{ type: 'user' }],
      display: { type: 'vnc', port: 'auto' },
      generationId: 'new',
      cloudInit: { userData: 'user-data' },
      balloon: { statistics: '5s' },
    };
    home.file('user-data', '#cloud-config\n');
    await up('same', spec, '--set', 'memory.size=96MiB');
    expect(await diff('same')).toMatchObject({ code: 0, needs: null, spec: [], command: [], qemu: null });
    expect(await home.vm('diff', 'same')).toEqual({
      code: 0,
      stdout: `same is as ${home.folder}/same.yaml says.\n`,
      stderr: '',
    });

    home.file('user-data', '#cloud-config\npackages: [vim]\n');
    const { code, spec: changes } = await diff('same');
    expect([code, changes.map(({ key, needs }) => [key, needs])]).toEqual([1, [['cloudInit', 'restart']]]);
    await down('same');
  });

  it('names the VM where its spec is gone or broken', async () => {
    await up('lost', {});
    rmSync(join(home.folder, 'lost.yaml'));
    const told = {
      code: 2,
      stderr: expect.stringContaining(
        `vm: lost was started from a spec that is not there: there is no file "${home.folder}/lost.yaml"\n` +
          'hint: Put it back, or start it from where the spec is now: vm down lost, then vm up SPEC.\n',
      ),
    };
    expect(await home.vm('diff', 'lost')).toMatchObject(told);
    expect(await home.vm('restart', 'lost', '--force')).toMatchObject(told);
    expect(await home.json<object>('status', 'lost')).toMatchObject({ state: 'paused' });
    home.file('lost.yaml', 'cpu: {vcpu: 3}\n');
    expect(await home.vm('diff', 'lost')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean vcpus?'),
    });
    expect(await home.vm('down', 'lost', '--force')).toMatchObject({ code: 0 });
  });

  it('names what can be applied live, with commands that the real QEMU takes', async () => {
    for (const name of ['a.iso', 'b.iso', 'more.img']) home.file(name, Buffer.alloc(2 ** 20));
    const before = {
      machine: { accelerator: 'tcg', sparePorts: 8 },
      cpu: { vcpus: 1, maxVcpus: 4 },
      memory: {
        size: '64MiB',
        maxSize: '1GiB',
        modules: [{ id: 'grow', type: 'virtio-mem', size: '256MiB', requested: '64MiB' }],
      },
      disks: [
        { source: 'a.iso', readOnly: true, limits: { iops: 100, iopsMax: 200, iopsMaxLength: '5s' } },
        { source: 'a.iso', type: 'cdrom' },
      ],
      networks: [{ type: 'user' }],
      balloon: true,
      watchdog: { model: 'i6300esb', action: 'reset' },
    };
    await up('live', before);
    home.spec(
      'live',
      bareSpec({
        ...before,
        cpu: { vcpus: 2, maxVcpus: 4 },
        memory: {
          ...before.memory,
          modules: [{ ...before.memory.modules[0], requested: '128MiB' }],
        },
        disks: [
          { source: 'a.iso', readOnly: true, limits: { bps: '10MiB' } },
          { source: 'b.iso', type: 'cdrom' },
          { source: 'more.img' },
        ],
        networks: [{ type: 'user' }, { type: 'user' }],
        balloon: { statistics: '5s' },
        watchdog: { model: 'i6300esb', action: 'pause' },
        lifecycle: { onReboot: 'stop', onCrash: 'pause', shutdownTimeout: '5s' },
      }),
    );
    const { code, needs, spec, pci } = await diff('live');
    expect(
      spec.map(({ key, needs: need, qmp }) => [key, need, qmp.map(({ execute }) => execute).join()]),
    ).toEqual([
      ['cpu.vcpus', 'live', ''],
      ['memory.modules', 'live', 'qom-set'],
      ['disks[0].limits.iops', 'live', 'qom-set'],
      ['disks[0].limits.iopsMax', 'live', 'qom-set'],
      ['disks[0].limits.iopsMaxLength', 'live', 'qom-set'],
      ['disks[0].limits.bps', 'live', 'qom-set'],
      ['disks[1].source', 'live', 'blockdev-change-medium'],
      ['disks[2]', 'live', 'blockdev-add,blockdev-add,device_add'],
      ['networks[1]', 'live', 'netdev_add,device_add'],
      ['balloon.statistics', 'live', 'qom-set'],
      ['watchdog.action', 'live', 'watchdog-set-action'],
      ['lifecycle.onReboot', 'live', 'set-action'],
      ['lifecycle.onCrash', 'live', 'set-action'],
      ['lifecycle.shutdownTimeout', 'live', ''],
    ]);
    expect([code, needs, pci]).toEqual([1, 'live', []]);
    for (const { execute, arguments: args } of spec.flatMap(({ qmp }) => qmp)) {
      const { code: done, stderr } = await home.vm('qmp', 'live', execute, JSON.stringify(args));
      expect({ execute, args, done, stderr }).toEqual({ execute, args, done: 0, stderr: '' });
    }
    const query = (command: string, args: object) =>
      home
        .vm('qmp', 'live', command, JSON.stringify(args))
        .then(({ stdout }) => JSON.parse(stdout) as unknown);
    expect(await query('qom-get', { path: '/objects/disk0-limits', property: 'limits' })).toMatchObject({
      'bps-total': 10 * 1024 ** 2,
      'iops-total': 0,
    });
    expect(await query('qom-get', { path: '/machine/peripheral/grow', property: 'requested-size' })).toBe(
      128 * 1024 ** 2,
    );
    await down('live');
  });

  it('names what takes a restart, and devices without ids that would move', async () => {
    home.file('a.img', Buffer.alloc(2 ** 20));
    home.file('b.img', Buffer.alloc(2 ** 20));
    await up('cold', { disks: [{ source: 'a.img' }, { id: 'data', source: 'b.img' }], balloon: true });
    home.spec('cold', {
      ...bareSpec({ disks: [{ id: 'data', source: 'b.img', cache: 'unsafe' }] }),
      memory: { size: '128MiB' },
    });
    const { code, needs, spec, command } = await diff('cold');
    expect([code, needs]).toEqual([1, 'restart']);
    expect(spec.map(({ key, from, to, needs: need }) => [key, from, to, need])).toMatchObject([
      ['memory.size', 64 * 1024 ** 2, 128 * 1024 ** 2, 'restart'],
      ['disks[0]', { source: `${home.folder}/a.img` }, null, 'live'],
      ['disks[0].cache', 'auto', 'unsafe', 'restart'],
      ['balloon', expect.any(Object), null, 'restart'],
    ]);
    expect(new Set(command.map(({ cause }) => cause))).toEqual(new Set(['spec']));
    const shown = await home.vm('diff', 'cold');
    expect(shown.code).toBe(1);
    expect(shown.stdout).toContain('memory.size     64MiB');
    await down('cold');
  });

  it('tells another QEMU from another spec', async () => {
    const binary = home.file('qemu', '#!/bin/sh\nexec qemu-system-x86_64 "$@"\n');
    chmodSync(binary, 0o755);
    await up('other', { qemu: { binary } });
    expect(await diff('other')).toMatchObject({ code: 0, needs: null });
    // As an upgrade would: the same path, another program.
    const record = `${home.runtime}/other/record.json`;
    const text = readFileSync(record, 'utf8');
    const version = (JSON.parse(text) as { plan: { qemuVersion: string } }).plan.qemuVersion;
    writeFileSync(
      record,
      text.replace(`"qemuVersion":"${version}"`, '"qemuVersion":"7.1.0"').replace('"-S"', '"-S","-old"'),
    );
    const found = await diff('other');
    expect(found).toMatchObject({
      code: 1,
      needs: 'restart',
      spec: [],
      qemu: { from: `${binary} 7.1.0`, to: `${binary} ${version}` },
      command: [{ change: 'removed', cause: 'qemu', option: '-old' }],
    });
    await down('other');
  });

  it('says why it can not compare', async () => {
    expect(await home.vm('diff', 'nobody')).toMatchObject({ code: 6 });
    await up('broken', {});
    home.file('broken.yaml', 'cpu: {vcpu: 1}\n');
    expect(await home.vm('diff', 'broken')).toMatchObject({ code: 2 });
    await down('broken');
  });
});
