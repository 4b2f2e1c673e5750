import { readdirSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPrograms } from '../../src/host/programs.js';
import { TestHome, until } from '../support/cli.js';
import { skipBecause } from '../support/skip.js';
import { bareSpec, guestReady, guestSpec } from '../support/specs.js';
import { startsPaused } from '../support/starts.js';

interface Status {
  readonly state: string;
  readonly pid: number;
  readonly sideProcesses: readonly { readonly id: string; readonly pid: number | null }[];
}

const { swtpm, virtiofsd } = readPrograms();
const lacks = [...(swtpm === null ? ['swtpm'] : []), ...(virtiofsd === null ? ['virtiofsd'] : [])];

describe('processes beside the real QEMU, TCG', () => {
  skipBecause(lacks.length === 0 ? undefined : `there is no ${lacks.join(' and no ')} here`);
  let home: TestHome;
  beforeEach(() => {
    home = new TestHome();
  });
  afterEach(() => home.dispose());

  const nothingLeft = () => expect([home.processes(), home.leftovers()]).toEqual([[], []]);

  /** Types into the guest's shell, and gives what stands between the marks. */
  async function inGuest(name: string, command: string): Promise<string> {
    const socket = connect(join(home.runtime, name, 'serial.sock'));
    let seen = '';
    socket.setEncoding('utf8').on('data', (text: string) => (seen += text));
    // A shell that is about to start throws away what was typed before its prompt.
    const knocking = setInterval(() => socket.write('\n'), 1000);
    try {
      await until('the guest prompts', () => seen.includes('vm-guest# '), 40);
      clearInterval(knocking);
      socket.write(`echo be''gin; ${command}; echo en''d\n`);
      return await until('the guest answers', () => /begin\r\n(.*?)end\r\n/s.exec(seen)?.[1], 40);
    } finally {
      clearInterval(knocking);
      socket.destroy();
    }
  }

  it('a guest has a TPM that keeps its keys, reads a shared folder, and sees another on 9p', async () => {
    home.file('shared, folder/greeting.txt', 'hello from the host\n');
    const spec = home.spec(
      'beside',
      guestSpec({
        cpu: { vcpus: 1 },
        placement: { exclusive: false },
        tpm: '2.0',
        shares: [
          { source: 'shared, folder', tag: 'src' },
          { source: 'shared, folder', tag: 'old', type: '9p', readOnly: true },
        ],
      }),
    );
    // TPM2_ReadPublic of the RSA endorsement key (TPM 2.0 Library, part 3, 12.4; its handle: EK Credential Profile).
    const readKey =
      "exec 3<>/dev/tpm0; printf '\\200\\001\\000\\000\\000\\016\\000\\000\\001\\163\\201\\001\\000\\001' >&3; dd bs=4096 count=1 <&3 2>/dev/null | md5sum; exec 3>&-";
    const answers: string[] = [];
    for (const start of ['first', 'second']) {
      const up = await home.vm('up', spec, '--wait', guestReady, '--timeout', '90s');
      expect({ start, code: up.code, stderr: up.code === 0 ? '' : up.stderr }).toEqual({
        start,
        code: 0,
        stderr: '',
      });
      answers.push(
        await inGuest(
          'beside',
          `cat /sys/class/tpm/tpm0/tpm_version_major; ls /sys/class/tpm/tpm0; ${readKey}`,
        ),
      );
      if (start === 'first') {
        const share = await inGuest(
          'beside',
          'modprobe virtiofs; mount -t virtiofs src /mnt && cat /mnt/greeting.txt && echo written >/mnt/answer.txt; umount /mnt',
        );
        expect(share).toBe('hello from the host\r\n');
        expect(readFileSync(join(home.folder, 'shared, folder/answer.txt'), 'utf8')).toBe('written\n');
        // 9 is the device type of 9p (virtio 1.2, 5): Debian's cloud kernel has no driver for it; shares-9p.test.ts boots one that has.
        expect(await inGuest('beside', 'cat /sys/bus/virtio/devices/*/device')).toContain('0x0009');
      }
      expect((await home.vm('down', 'beside', '--force')).code).toBe(0);
      nothingLeft();
    }
    expect(answers[0]).toMatch(/^2\r\n.*pcr-sha256.*[0-9a-f]{32} {2}-\r\n$/s);
    expect(answers[1]).toBe(answers[0]);
    expect(statSync(join(home.state, 'beside/tpm/tpm2-00.permall')).mode & 0o777).toBe(0o600);
    expect((await home.vm('remove', 'beside')).code).toBe(0);
    expect(readdirSync(home.state)).toEqual([]);
  });

  it('every key of both, each as the real programs take it', async () => {
    home.file('a/file', '');
    home.file('secret', 'a passphrase');
    await startsPaused(home, 'all', {
      tpm: {
        version: '2.0',
        model: 'tis',
        encryption: { secretFile: 'secret' },
        activePcrBanks: ['sha256', 'sha512'],
        debug: 5,
        state: 'chip',
      },
      shares: [
        {
          source: 'a',
          tag: 'all',
          id: 'all',
          cache: 'always',
          sandbox: 'chroot',
          threadPool: 4,
          xattr: true,
          posixAcl: true,
          flock: true,
          posixLock: true,
          writeback: true,
          directIo: true,
          announceSubmounts: true,
          openFiles: 4096,
          queueSize: 128,
        },
        {
          source: 'a',
          tag: 'nine, one',
          type: '9p',
          securityModel: 'mapped-file',
          multidevs: 'remap',
          fileMode: '0640',
          dirMode: '0750',
          writeout: 'immediate',
          model: 'virtio-transitional',
        },
        { source: 'a', tag: 'nine', type: '9p', securityModel: 'none', model: 'virtio-non-transitional' },
        { source: 'a', tag: 'deep', type: '9p', securityModel: 'passthrough', multidevs: 'forbid' },
      ],
      iommu: { model: 'intel', deviceIotlb: true },
    });
    expect(readdirSync(join(home.folder, 'chip'))).toContain('tpm2-00.permall');
  });

  it.each([
    ['q35', '1.2'],
    ['pc', '2.0'],
    ['microvm', '1.2'],
  ])('%s with a TPM %s and a share', async (type, version) => {
    home.file('a/file', '');
    const machine = { type, accelerator: 'tcg' };
    const shares = [
      { source: 'a', tag: 'a' },
      { source: 'a', tag: 'b', type: '9p' },
    ];
    await startsPaused(home, type, { machine, tpm: version, shares });
  });

  it('goes when QEMU is killed, and is missed when it is killed itself', async () => {
    home.file('a/file', '');
    const spec = home.spec('b', bareSpec({ tpm: true, shares: [{ source: 'a', tag: 'a' }] }));
    expect((await home.vm('up', spec)).code).toBe(0);
    const before = await home.json<Status>('status', 'b');
    expect(before.sideProcesses.map(({ id }) => id)).toEqual(['swtpm', 'virtiofsd-share0']);
    const [{ pid = null } = {}] = before.sideProcesses;
    expect(pid).not.toBeNull();
    process.kill(pid ?? 0, 'SIGKILL');
    await until('swtpm is gone', () => !home.processes().includes(pid ?? 0));
    const after = await home.json<Status>('status', 'b');
    expect(after).toMatchObject({ state: 'running', sideProcesses: [{ id: 'swtpm', pid: null }, {}] });
    expect((await home.vm('status', 'b')).stdout).toContain('gone, and its device with it');
    process.kill(after.pid, 'SIGKILL');
    await until('all have ended', () => home.processes().length === 0);
    expect((await home.vm('down', 'b')).code).toBe(0);
    nothingLeft();
  });

  it('tells of one that can not come up in its own words, and leaves nothing', async () => {
    home.file('a/file', '');
    home.file('secret', 'much longer than the thirty-two bytes that swtpm takes');
    const spec = home.spec('c', bareSpec({ tpm: { state: 'chip' }, shares: [{ source: 'a', tag: 'a' }] }));
    home.file('chip/tpm2-00.permall', 'this is no state of a TPM');
    const { code, stderr } = await home.vm('up', spec);
    expect(code).toBe(4);
    expect(stderr).toContain('swtpm said:');
    expect(stderr).toContain('Could not initialize the TPM');
    nothingLeft();
  });

  it('leaves nothing where the launcher is killed at any moment, with QEMU or before', async () => {
    home.file('a/file', '');
    const spec = home.spec('d', bareSpec({ tpm: true, shares: [{ source: 'a', tag: 'a' }] }));
    for (let delay = 100; delay <= 700; delay += 50) {
      const launcher = home.spawn('up', spec);
      const ended = new Promise((done) => launcher.once('close', done));
      await new Promise((wake) => setTimeout(wake, delay));
      launcher.kill('SIGKILL');
      await ended;
      await home.vm('list');
      await home.vm('down', 'd', '--force');
      // swtpm_setup, which makes the chip at the first start, ends by itself.
      await until(`nothing is left after ${delay} ms`, () => home.processes().length === 0, 5);
      expect(home.leftovers()).toEqual([]);
    }
  });
});
