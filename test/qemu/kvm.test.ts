import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openKvm, probeKvm } from '../../src/qemu/kvm.js';

/** A stand-in for QEMU that counts its starts, reads the first command and ends as told. */
function fakeQemu(folder: string, ending: string): string {
  const path = join(folder, 'qemu');
  writeFileSync(
    path,
    `#!/bin/sh\necho start >> ${folder}/starts\necho '{"QMP": {}}'\nread -r command\n${ending}\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

describe('probeKvm', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vm-kvm-'));
    vi.stubEnv('VM_CACHE_DIR', join(folder, 'cache'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const starts = () => readFileSync(join(folder, 'starts'), 'utf8').split('\n').length - 1;
  const here = openKvm().works;

  it('takes an answered command as the proof, and remembers it', async (context) => {
    if (!here) context.skip('no /dev/kvm that this user can open');
    const qemu = fakeQemu(folder, `echo '{"return": {}}'; read -r more`);
    expect(await probeKvm(qemu)).toEqual({ works: true, reason: 'KVM starts here' });
    expect(await probeKvm(qemu)).toEqual({ works: true, reason: 'KVM starts here' });
    expect(starts()).toBe(1);
  });

  it("gives QEMU's own first words when it dies after its greeting", async (context) => {
    if (!here) context.skip('no /dev/kvm that this user can open');
    const qemu = fakeQemu(folder, `echo 'qemu-system-x86_64: error: failed to set MSR 0x10a' >&2; exit 134`);
    expect(await probeKvm(qemu)).toEqual({
      works: false,
      reason: 'KVM does not start here: failed to set MSR 0x10a',
    });
  });

  it('does not remember that it took too long, or that QEMU was ended', async (context) => {
    if (!here) context.skip('no /dev/kvm that this user can open');
    const hanging = fakeQemu(folder, 'exec sleep 60');
    const late = { works: false, reason: 'KVM did not start within 0.2 s' };
    expect(await probeKvm(hanging, 0.2)).toEqual(late);
    expect(await probeKvm(hanging, 0.2)).toEqual(late);
    const ended = fakeQemu(folder, 'kill -KILL $$ # ended');
    await probeKvm(ended);
    await probeKvm(ended);
    chmodSync(ended, 0o644);
    await probeKvm(ended);
    expect(() => readFileSync(join(folder, 'cache', 'kvm.json'))).toThrow('ENOENT');
  });

  it('leaves no QEMU behind when it is killed itself', async (context) => {
    if (!here) context.skip('no /dev/kvm that this user can open');
    await probeKvm(fakeQemu(folder, `exec setpriv --dump > ${folder}/dump`));
    expect(readFileSync(join(folder, 'dump'), 'utf8')).toMatch(/^Parent death signal: kill/im);
  });

  it('asks again when the binary changes or the memory of it is broken', async (context) => {
    if (!here) context.skip('no /dev/kvm that this user can open');
    const qemu = fakeQemu(folder, 'exit 1');
    await probeKvm(qemu);
    writeFileSync(join(folder, 'cache', 'kvm.json'), '{"works": 1');
    await probeKvm(qemu);
    fakeQemu(folder, 'exit 2 # another');
    await probeKvm(qemu);
    expect(starts()).toBe(3);
  });
});
