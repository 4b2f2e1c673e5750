/** A libvirtd of our own, in folders of our own, for the time of the measurement. Only as root. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { timed } from './processes.js';

export interface Domain {
  readonly name: string;
  readonly accelerator: string;
  readonly disk: string;
}

export interface Libvirt {
  readonly version: string;
  /** `virsh` on this libvirtd. @returns milliseconds. */
  virsh(...args: string[]): Promise<number>;
  stop(): Promise<void>;
}

/**
 * In a mount namespace, libvirt's fixed folders are ours, and so is /run: it finds no system bus there, and nobody finds it. Its user,
 * which Debian makes with libvirt-daemon-system, is there as well, though QEMU runs as root.
 */
const script = `set -e
{ cat /etc/passwd; echo 'libvirt-qemu:x:64055:64055::/var/lib/libvirt:/usr/sbin/nologin'; } >passwd
{ cat /etc/group; echo 'libvirt-qemu:x:64055:'; } >group
mount --bind passwd /etc/passwd
mount --bind group /etc/group
mount -t tmpfs tmpfs /run
mount --bind etc /etc/libvirt
mount -t tmpfs tmpfs /var/lib
mount -t tmpfs tmpfs /var/cache
mount -t tmpfs tmpfs /var/log
exec libvirtd -f etc/libvirtd.conf -p "$PWD/pid"
`;

const qemuConf = `user = "root"
group = "root"
dynamic_ownership = 0
security_driver = "none"
stdio_handler = "file"
`;

/** Why there is no libvirt to compare with; undefined: there is. */
export function whyNoLibvirt(): string | undefined {
  if (process.getuid?.() !== 0) return 'libvirt is started only as root';
  for (const program of ['libvirtd', 'virsh', 'unshare']) {
    if (spawnSync(program, ['--version']).error !== undefined) return `${program} is not here`;
  }
  return undefined;
}

export async function startLibvirt(parent: string, domain: Domain): Promise<Libvirt> {
  const folder = join(parent, 'libvirt');
  mkdirSync(join(folder, 'etc'), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('etc/qemu.conf', qemuConf);
  write(
    'etc/libvirtd.conf',
    `listen_tls = 0\nunix_sock_dir = "${folder}"\nauth_unix_rw = "none"\nauth_unix_ro = "none"\n`,
  );
  write('domain.xml', domainXml(domain, folder));
  const daemon = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], {
    cwd: folder,
    stdio: 'ignore',
  });
  const socket = join(folder, 'libvirt-sock');
  for (let tries = 0; !existsSync(socket) && daemon.exitCode === null && tries < 200; tries += 1)
    await sleep(50);
  const virsh = async (...args: string[]) =>
    (await timed(['virsh', '-q', '-c', `qemu+unix:///system?socket=${socket}`, ...args])).time;
  const stop = async () => {
    const exit = once(daemon, 'exit');
    daemon.kill('SIGTERM');
    await exit;
  };
  try {
    await virsh('define', join(folder, 'domain.xml'));
  } catch (error) {
    if (daemon.exitCode === null) await stop();
    throw error;
  }
  const version = execFileSync('libvirtd', ['--version'], { encoding: 'utf8' })
    .replace(/^.*\) /, '')
    .trim();
  return { version, virsh, stop };
}

/** The same machine as the spec of `vm` and the raw launch have. */
function domainXml({ name, accelerator, disk }: Domain, folder: string): string {
  return `<domain type='${accelerator === 'tcg' ? 'qemu' : 'kvm'}'>
  <name>${name}</name>
  <memory unit='MiB'>256</memory>
  <vcpu>2</vcpu>
  <cputune><vcpupin vcpu='0' cpuset='0'/><vcpupin vcpu='1' cpuset='1'/><emulatorpin cpuset='0-1'/></cputune>
  <memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <features><acpi/><apic/></features>
  <cpu mode='maximum'/>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='none' io='io_uring'/><source file='${disk}'/><target dev='vda' bus='virtio'/>
    </disk>
    <serial type='unix'><source mode='bind' path='${folder}/serial'/></serial>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
  </devices>
</domain>
`;
}
