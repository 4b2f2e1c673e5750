/** 9p shares in a guest that mounts them, reads and writes: needs Debian's full kernel, because the cloud one has no 9p. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHome } from '../support/cli.js';
import { guestFolder } from '../support/guest.js';
import { openConsole } from '../support/guest-boot.js';
import type { GuestConsole } from '../support/guest-console.js';
import { skipBecause } from '../support/skip.js';
import { guestReady, guestSpec } from '../support/specs.js';

const me = { user: process.getuid?.() ?? -1, group: process.getgid?.() ?? -1 };
/** Whom a guest's chown names: somebody else where owners stay in the guest, or where QEMU may give files away. */
const other = { user: 1234, group: 5678 };
const given = me.user === 0 ? other : me;

/** Each security model with the owner that the guest sets, and what the host then has: modes of file and folder, and the file's owner. */
const models = [
  { model: 'mapped-xattr', owner: other, host: { mode: 0o600, folder: 0o700, ...me } },
  {
    model: 'mapped-file',
    owner: other,
    host: { mode: 0o644, folder: 0o750, ...me },
    more: { fileMode: '0644', dirMode: '0750' },
  },
  { model: 'passthrough', owner: given, host: { mode: 0o640, folder: 0o755, ...given } },
  { model: 'none', owner: given, host: { mode: 0o640, folder: 0o755, ...given } },
];

describe('9p in a guest with the full kernel, TCG', () => {
  const full = guestFolder(process.env, 'guest-full');
  skipBecause(full ? undefined : 'the guest with 9p is not made: scripts/guest --full');
  let home: TestHome;
  beforeEach(() => {
    home = new TestHome();
  });
  afterEach(() => home.dispose());

  const hostFile = (model: string, file: string) => join(home.folder, `${model}, of the host`, file);

  it('is mounted, read and written as each security model says', async () => {
    for (const { model } of models) home.file(`${model}, of the host/greeting`, `hello ${model}\n`);
    const shares = [
      ...models.map(({ model, more }) => ({
        source: `${model}, of the host`,
        tag: `tag ${model}`,
        type: '9p',
        securityModel: model,
        ...more,
      })),
      { source: 'passthrough, of the host', tag: 'look', type: '9p', readOnly: true },
    ];
    const spec = home.spec('nine', guestSpec({ cpu: { vcpus: 1 }, shares }, 'guest-full'));
    const up = await home.vm('up', spec, '--wait', guestReady, '--timeout', '120s');
    expect(up.code === 0 ? '' : up.stderr).toBe('');
    const guest = await openConsole(home, 'nine');
    for (const { model, owner, host } of models) {
      await mount(guest, `tag ${model}`, model);
      expect(await guest.run(`cat /run/${model}/greeting`)).toBe(`hello ${model}`);
      const owned = `${owner.user}:${owner.group}`;
      await guest.run(
        `cd /run/${model} && echo written >new && chmod 640 new && chown ${owned} new && mv new moved && ln -s moved link && mkdir -p a/b && rm greeting; cd /`,
      );
      // Mounted anew, it is asked for again: what was kept is with the host.
      await guest.run(`umount /run/${model}`);
      await mount(guest, `tag ${model}`, model);
      expect(
        await guest.run(
          `cd /run/${model}; ls -1 --color=never; stat -c '%a %u:%g' moved; readlink link; cat link; cd /`,
        ),
      ).toBe(['a', 'link', 'moved', `640 ${owned}`, 'moved', 'written'].join('\n'));
      expect(readFileSync(hostFile(model, 'moved'), 'utf8')).toBe('written\n');
      const { mode, uid, gid } = statSync(hostFile(model, 'moved'));
      const folder = statSync(hostFile(model, 'a')).mode & 0o777;
      expect({ model, mode: mode & 0o777, folder, user: uid, group: gid }).toEqual({ model, ...host });
    }
    expect(readFileSync(hostFile('mapped-file', '.virtfs_metadata/moved'), 'utf8')).toContain(
      'virtfs.uid=1234',
    );
    await mount(guest, 'look', 'look');
    expect(await guest.run('cat /run/look/moved')).toBe('written');
    expect(await guest.run('echo no >/run/look/moved || rm /run/look/moved || true')).toContain(
      'Read-only file system',
    );
    expect(readFileSync(hostFile('passthrough', 'moved'), 'utf8')).toBe('written\n');
    guest.close();
    expect((await home.vm('down', 'nine', '--force')).code).toBe(0);
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });
});

async function mount(guest: GuestConsole, tag: string, at: string): Promise<void> {
  await guest.run(`mkdir -p /run/${at} && mount -t 9p -o trans=virtio,version=9p2000.L '${tag}' /run/${at}`);
}
