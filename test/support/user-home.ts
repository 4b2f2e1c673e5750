/** A user of this machine who is not root, with a home of his own, in a network namespace; root prepares what an administrator would. */
import { chownSync, copyFileSync, cpSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TestHome } from './cli.js';
import { guestFolder } from './guest.js';
import type { Namespaces } from './namespaces.js';

const dist = resolve(import.meta.dirname, '../../dist/cli');

/** Where Debian's QEMU looks for it. */
const helper = '/usr/lib/qemu/qemu-bridge-helper';
export const whyNoHelper = existsSync(helper) ? undefined : `${helper} is not installed here`;

/**
 * In the mount namespace that `ip netns exec` makes for each command: /dev/net/tun is for everybody, as udev makes it; where a bridge is
 * named, QEMU's helper is setuid and may join it. Overlays keep all of it from the real /etc and /usr.
 */
const prepare = `
set -e
own=$1 bridge=$2 user=$3
shift 3
mount -t tmpfs tmpfs /mnt
mknod -m 0666 /mnt/tun c 10 200
mount --bind /mnt/tun /dev/net/tun
if [ -n "$bridge" ]; then
  mkdir /mnt/upper /mnt/work
  mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work /etc
  mkdir -p /etc/qemu
  printf 'allow %s\\n' "$bridge" > /etc/qemu/bridge.conf
  cp ${helper} /mnt/helper
  chmod 4755 /mnt/helper
  mount --bind /mnt/helper ${helper}
fi
exec setpriv "--reuid=$user" "--regid=$user" --clear-groups -- env "HOME=$own" "$@"
`;

interface UserOptions {
  readonly user: number;
  /** The bridge that QEMU's helper may join; without one it has no rights. */
  readonly bridge?: string;
}

/** What he runs is a copy: the project's folder may be closed to him. */
export function userHome(spaces: Namespaces, { user, bridge = '' }: UserOptions): TestHome {
  const home: TestHome = new TestHome({
    through: () => [...spaces.host, 'sh', '-c', prepare, 'sh', home.folder, bridge, `${user}`],
    script: (folder) => join(folder, 'bin/vm.cjs'),
  });
  cpSync(dist, join(home.folder, 'bin'), { recursive: true });
  chownSync(home.folder, user, user);
  return home;
}

/** What a spec says under `boot` for the guest of scripts/guest, in files that he can read. */
export function guestBootOf(home: TestHome): { kernel: string; initrd: string; cmdline: string } {
  const guest = guestFolder();
  if (!guest) throw new Error('The guest is not made: run scripts/guest (scripts/test does).');
  const [kernel, initrd] = [join(home.folder, 'vmlinuz'), join(home.folder, 'initrd.img')];
  copyFileSync(guest.kernel, kernel);
  copyFileSync(guest.initrd, initrd);
  return { kernel, initrd, cmdline: 'console=ttyS0 quiet' };
}
