/** Checks of disks and their controllers. Pure. */
import type { BlockSource, NamedSource } from '../devices/block-sources.js';
import type { DiskSpec } from '../devices/disk.js';
import { checkDiskDevice } from './check-disk-devices.js';
import { checkControllers, checkDiskLimits } from './check-disk-groups.js';
import type { KeyIssue } from './error.js';
import type { VmSpec } from './schema.js';

export function checkDisks(spec: VmSpec): KeyIssue[] {
  return [
    ...spec.disks.flatMap((disk, index) => {
      const key = `disks[${index}]`;
      return [
        ...checkSource(disk, key),
        ...checkBacking(disk, key),
        ...checkTwoWriters(spec.disks, index),
        ...checkImage(disk, key),
        ...checkDiskDevice(disk, key, spec),
      ];
    }),
    ...checkDiskLimits(spec),
    ...checkControllers(spec),
  ];
}

const isFile = (source: BlockSource) =>
  typeof source === 'string' || source.type === 'file' || source.type === 'block';

function checkSource({ type, source }: DiskSpec, key: string): KeyIssue[] {
  if (source === undefined) {
    if (type === 'cdrom' || type === 'floppy') return [];
    return [
      {
        key: `${key}.source`,
        message: 'is missing, and has no default',
        hint: 'give it an image file or a block device',
      },
    ];
  }
  return typeof source === 'string' ? [] : checkServer(source, `${key}.source`);
}

function checkBacking({ backing }: DiskSpec, key: string): KeyIssue[] {
  if (!Array.isArray(backing)) return [];
  return backing.flatMap(({ source }, index) => {
    const place = `${key}.backing[${index}].source`;
    if (typeof source === 'string') return [];
    if (source.type !== 'vhost-user') return checkServer(source, place);
    return [{ key: place, message: 'is a whole disk, on which no image can stand', hint: 'use type: nbd' }];
  });
}

function checkServer(source: NamedSource, key: string): KeyIssue[] {
  if (source.type === 'nbd' && (source.host === undefined) === (source.socket === undefined)) {
    return [{ key, message: 'has one of host and socket', hint: 'give host (and port), or socket' }];
  }
  if (
    source.type === 'nbd' &&
    source.tls !== undefined &&
    source.socket !== undefined &&
    source.tls.hostname === undefined
  ) {
    return [
      { key: `${key}.tls`, message: 'over a socket there is no name to check', hint: 'give tls.hostname' },
    ];
  }
  return [];
}

function checkTwoWriters(disks: readonly DiskSpec[], index: number): KeyIssue[] {
  const disk = disks[index];
  if (disk === undefined || typeof disk.source !== 'string') return [];
  const other = disks.findIndex(({ source }) => source === disk.source);
  const only = (one: DiskSpec | undefined) =>
    one?.readOnly || one?.type === 'cdrom' || one?.shared || one?.transient;
  if (other === index || (only(disk) && only(disks[other]))) return [];
  return [
    {
      key: `disks[${index}].source`,
      message: `disks[${other}] has the same source, and two writers destroy it`,
      hint: 'name another file, or make both readOnly: true',
    },
  ];
}

function checkImage(disk: DiskSpec, key: string): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const issue = (name: string, message: string, hint: string) =>
    void issues.push({ key: `${key}.${name}`, message, hint });
  const { source, size, format, backing, encryption } = disk;
  const named =
    format !== 'auto' ? format : typeof source === 'string' && source.endsWith('.qcow2') ? 'qcow2' : 'raw';
  if (disk.detectZeroes === 'unmap' && disk.discard === 'ignore') {
    issue(
      'detectZeroes',
      'unmap needs discard: unmap, and this disk ignores discards',
      'write discard: unmap, or detectZeroes: on',
    );
  }
  if (
    disk.aio === 'native' &&
    disk.cache !== 'none' &&
    disk.cache !== 'directsync' &&
    disk.cache !== 'auto'
  ) {
    issue(
      'aio',
      `native goes past the page cache, which cache: ${disk.cache} does not`,
      'write cache: none, or aio: io_uring or threads',
    );
  }
  if (size !== undefined && source !== undefined && !isFile(source)) {
    issue('size', 'only an image file can be made', 'remove size, and make the disk where it is');
  }
  if (size === undefined) {
    if (disk.preallocation !== 'off')
      issue('preallocation', 'is for an image that `vm up` makes', 'give size too');
    if (disk.clusterSize !== undefined)
      issue('clusterSize', 'is for an image that `vm up` makes', 'give size too');
  }
  if (Array.isArray(backing)) {
    if (!['qcow2', 'qcow', 'qed', 'vmdk'].includes(named)) {
      issue('backing', `a ${named} image stands on no other`, 'use format: qcow2, or remove backing');
    } else if (size !== undefined && (named !== 'qcow2' || typeof backing[0]?.source !== 'string')) {
      issue(
        'backing',
        'an image that `vm up` makes is qcow2 on a file',
        'make the image yourself, and remove size',
      );
    }
  }
  if (encryption === undefined && named === 'luks') {
    issue('encryption', 'a luks image has a passphrase', 'give encryption: {secretFile: FILE}');
  }
  if (encryption !== undefined && named !== 'luks' && named !== 'qcow2') {
    issue('encryption', `a ${named} image has no encryption`, 'use format: luks or qcow2');
  }
  if (disk.transient && (source === undefined || !isFile(source))) {
    issue('transient', 'only a disk in a file or block device can be thrown back', 'remove transient');
  }
  if (disk.ifMissing === 'empty' && disk.type !== 'cdrom' && disk.type !== 'floppy') {
    issue('ifMissing', `a ${disk.type} can't be empty`, 'remove ifMissing, or use type: cdrom');
  }
  return issues;
}
