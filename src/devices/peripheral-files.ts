/** The files of this host that the devices besides disks name, and whether they are there. Pure. */
import type { VmSpec } from '../spec/schema.js';
import type { DeviceContext } from './context.js';
import { vhostScsiDevice } from './controllers.js';
import { drawsAlone, gpuFolder } from './display.js';
import type { NetworkSpec } from './network-section.js';

interface NamedFile {
  readonly key: string;
  readonly path: string;
  readonly folder: boolean;
}

/** Files that must be there before QEMU starts; input devices say it themselves. */
function neededFiles(spec: VmSpec): NamedFile[] {
  const file = (key: string, path: string | false | undefined, folder = false): NamedFile[] =>
    typeof path === 'string' ? [{ key, path, folder }] : [];
  return [
    ...spec.hostDevices.flatMap(({ rom }, index) => file(`hostDevices[${index}].rom`, rom)),
    ...spec.fwCfg.flatMap((item, index) => file(`fwCfg[${index}].file`, item.file)),
    ...spec.acpiTables.flatMap((table, index) => file(`acpiTables[${index}].file`, table.file)),
    ...spec.display.flatMap((display, index) => {
      const key = spec.display.length === 1 ? 'display' : `display[${index}]`;
      const gpu = drawsAlone(display) ? file(`${key}.renderNode`, display.renderNode) : [];
      if (display.type !== 'vnc' && display.type !== 'spice') return gpu;
      return [...file(`${key}.password`, display.password), ...file(`${key}.tls`, display.tls, true), ...gpu];
    }),
    ...spec.networks.flatMap((network, index) => networkNeeds(network, `networks[${index}]`)),
    ...spec.rng.flatMap(({ source }, index) =>
      file(spec.rng.length === 1 ? 'rng.source' : `rng[${index}].source`, source),
    ),
    ...spec.shares.flatMap((share, index) =>
      share.type === '9p'
        ? []
        : [
            ...file(`shares[${index}].socket`, share.socket),
            ...file(`shares[${index}].binary`, share.binary),
          ],
    ),
    ...spec.video.flatMap(({ vhostUser }, index) => {
      const key = `video[${index}].vhostUser`;
      return [
        ...file(`${key}.socket`, vhostUser?.socket),
        ...file(`${key}.binary`, vhostUser?.binary),
        ...file(`${key}.renderNode`, vhostUser?.renderNode),
      ];
    }),
    ...tpmFiles(spec.tpm),
    ...spec.sharedMemory.flatMap(({ server }, index) => file(`sharedMemory[${index}].server`, server)),
  ];
}

function tpmFiles(tpm: VmSpec['tpm']): NamedFile[] {
  if (tpm === null) return [];
  const paths: readonly (readonly [string, string | undefined])[] = [
    ['device', tpm.type === 'passthrough' ? (tpm.device ?? '/dev/tpm0') : undefined],
    ['socket', tpm.socket],
    ['encryption.secretFile', tpm.encryption?.secretFile],
  ];
  return paths.flatMap(([key, path]) =>
    path === undefined ? [] : [{ key: `tpm.${key}`, path, folder: false }],
  );
}

/** Sockets and device files are told of by their networks. */
function networkNeeds(network: NetworkSpec, key: string): NamedFile[] {
  const { rom } = network;
  return [
    ...(typeof rom === 'string' ? [{ key: `${key}.rom`, path: rom, folder: false }] : []),
    ...(network.type === 'user' && network.tftp !== undefined
      ? [{ key: `${key}.tftp`, path: network.tftp, folder: true }]
      : []),
  ];
}

function networkFiles(network: NetworkSpec): string[] {
  switch (network.type) {
    case 'vhost-user':
      return [network.socket];
    case 'vhost-vdpa':
      return [network.device];
    case 'socket':
      return network.path === undefined ? [] : [network.path];
    default:
      return [];
  }
}

/** Every file whose facts planning wants to know. */
export function peripheralFiles(spec: VmSpec): string[] {
  const inputs = spec.input.flatMap((device) => ('device' in device ? [device.device] : []));
  const shared = spec.shares.flatMap(({ source }) => source ?? []);
  return [
    ...neededFiles(spec).map(({ path }) => path),
    ...inputs,
    ...shared,
    ...(spec.display.some(drawsAlone) ? [gpuFolder] : []),
    ...(spec.controllers.some(({ type }) => type === 'vhost-scsi') ? [vhostScsiDevice] : []),
    ...spec.networks.flatMap(networkFiles),
  ];
}

export function reportPeripheralFiles(spec: VmSpec, { files, find }: DeviceContext): void {
  for (const { key, path, folder } of neededFiles(spec)) {
    const facts = files.get(path);
    if (facts === undefined) continue;
    const wrong =
      facts.kind === 'missing'
        ? 'does not exist'
        : (facts.kind === 'folder') !== folder
          ? folder
            ? 'is no folder'
            : 'is no file'
          : facts.readable
            ? undefined
            : "can't be read by this user";
    if (wrong === undefined) continue;
    find({
      severity: 'missing',
      code: 'host.file',
      key,
      message: `${path} ${wrong}`,
      hint: `Correct ${key}, or make it.`,
    });
  }
}
