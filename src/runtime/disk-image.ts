/** Images that a launch makes with qemu-img: never over a file that is there, and taken away again if this very launch fails. */
import { promises } from 'node:fs';
import { basename, join } from 'node:path';
import type { MadeImage } from '../devices/disk-made.js';
import { VmError } from '../errors.js';
import { hasCode } from '../qmp/system-error.js';
import { reasonOf } from './thrown.js';

export interface DiskImageResource extends MadeImage {
  readonly kind: 'diskImage';
}

/** @throws VmError `host.disk-image` with the words of qemu-img, or of the file system. */
export async function takeDiskImage(image: DiskImageResource): Promise<void> {
  const { path, workFolder, marker, temporary } = image;
  const fresh = join(workFolder, basename(path));
  try {
    if (temporary) await promises.rm(path, { force: true });
    await promises.rm(workFolder, { recursive: true, force: true });
    await promises.mkdir(workFolder, { mode: 0o700 });
    await create(image, fresh);
    await promises.chmod(fresh, 0o600);
    await promises.writeFile(marker, await identity(fresh), { mode: 0o600 });
    // Unlike rename, link never replaces a file that came in the meantime.
    await promises.link(fresh, path);
  } catch (cause) {
    if (cause instanceof VmError) throw cause;
    const exists = hasCode(cause, 'EEXIST');
    throw new VmError(
      'host.disk-image',
      `the disk ${path} can't be made: ${exists ? 'it is there by now' : reasonOf(cause)}`,
      {
        cause,
        hint: exists
          ? 'Start the VM again: it takes the disk that is there.'
          : `Check the folder of ${path}.`,
      },
    );
  } finally {
    await promises.rm(workFolder, { recursive: true, force: true });
  }
}

/** @param failed whether the launch that made it came to nothing: a disk that a guest has run on stays. */
export async function giveBackDiskImage(image: DiskImageResource, failed: boolean): Promise<void> {
  const { path, workFolder, marker, temporary } = image;
  await promises.rm(workFolder, { recursive: true, force: true });
  if (temporary) await promises.rm(path, { force: true });
  else if (failed && (await isOurs(path, marker))) await promises.unlink(path);
}

async function isOurs(path: string, marker: string): Promise<boolean> {
  try {
    return (await promises.readFile(marker, 'utf8')) === (await identity(path));
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}

async function identity(path: string): Promise<string> {
  const { dev, ino } = await promises.stat(path, { bigint: true });
  return `${dev}:${ino}`;
}

async function create(image: DiskImageResource, fresh: string): Promise<void> {
  // Loaded only where there is an image to make: it costs a start 20 ms.
  const { execa } = await import('execa');
  const { failed, shortMessage, stderr, code } = await execa('qemu-img', createArguments(image, fresh), {
    reject: false,
    stdin: 'ignore',
    env: { LC_ALL: 'C' },
  });
  if (!failed) return;
  const missing = code === 'ENOENT';
  throw new VmError(
    'host.disk-image',
    `the disk ${image.path} can't be made: ${missing ? 'qemu-img is not here' : lastLine(stderr) || shortMessage}`,
    {
      hint: missing
        ? 'Install it (Debian: apt-get install qemu-utils).'
        : 'Correct the disk in the spec, or make room.',
    },
  );
}

/** Words of our own only: names of files stand alone, and no option is made of them. */
export function createArguments(
  { format, bytes, preallocation, clusterBytes, encryption, backing }: MadeImage,
  path: string,
): string[] {
  const secret = 'vm-secret';
  const options = [
    ...(preallocation === 'off' ? [] : [`preallocation=${preallocation}`]),
    ...(clusterBytes === null ? [] : [`cluster_size=${clusterBytes}`]),
    ...(encryption === null ? [] : encryptionOptions(format, encryption.format, secret)),
  ];
  return [
    'create',
    '-q',
    '-f',
    format,
    ...(encryption === null
      ? []
      : ['--object', JSON.stringify({ 'qom-type': 'secret', id: secret, file: encryption.secretFile })]),
    ...(options.length === 0 ? [] : ['-o', options.join(',')]),
    // Unsafe means that the backing image is not opened, and so no format under it is guessed.
    ...(backing === null ? [] : ['-u', '-b', backing.path, '-F', backing.format]),
    '--',
    path,
    String(bytes),
  ];
}

function encryptionOptions(format: string, kind: 'luks' | 'aes', secret: string): string[] {
  if (format === 'luks') return [`key-secret=${secret}`];
  return [`encrypt.format=${kind}`, `encrypt.key-secret=${secret}`];
}

const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? '';
