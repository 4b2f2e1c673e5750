/** Keys of the devices besides disks whose value is a path on the host. Pure. */

const ports = (section: string): string[] => ['path', 'log', 'tls'].map((key) => `${section}[].${key}`);
const screens = ['password', 'tls', 'socket', 'renderNode'];

const networkFiles = ['rom', 'tftp', 'socket', 'path', 'peerPath'];

export const peripheralPathKeys: readonly string[] = [
  ...networkFiles.map((key) => `networks[].${key}`),
  ...['serial', 'parallel', 'console', 'channels'].flatMap(ports),
  ...screens.flatMap((key) => [`display.${key}`, `display[].${key}`]),
  'audio[].path',
  ...['socket', 'binary', 'renderNode'].map((key) => `video[].vhostUser.${key}`),
  'usb[].path',
  'input[].device',
  'hostDevices[].rom',
  'sharedMemory[].server',
  'fwCfg[].file',
  'acpiTables[].file',
  'pstore.path',
  'smartcard.database',
  ...['path', 'log', 'tls'].map((key) => `smartcard.at.${key}`),
  ...['rng', 'rng[]'].flatMap((rng) =>
    ['source', 'daemon.path', 'daemon.log', 'daemon.tls'].map((key) => `${rng}.${key}`),
  ),
  ...['source', 'socket', 'binary'].map((key) => `shares[].${key}`),
  ...['device', 'cancelPath', 'socket', 'state', 'encryption.secretFile'].map((key) => `tpm.${key}`),
];
