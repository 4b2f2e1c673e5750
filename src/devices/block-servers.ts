/** Servers of disks that want secrets or credentials. Pure. QEMU's docs: qapi/block-core, BlockdevOptions. */
import type { JsonValue } from '../command/quote.js';
import type { NamedSource } from './block-sources.js';

export type Members = { readonly [key: string]: JsonValue | undefined };

export interface Protocol {
  /** `-object`s that must come first: secrets, credentials. */
  readonly objects: readonly Members[];
  readonly node: Members;
}

/** A secret that QEMU reads from its file. @param format how it stands there: as it is, or in base64. */
export function secretObject(id: string, file: string, format: 'raw' | 'base64' = 'raw'): Members {
  return { 'qom-type': 'secret', id, format, file };
}

type Source<Type extends NamedSource['type']> = Extract<NamedSource, { type: Type }>;

/** Secrets that are there, by the member that names each. */
function withSecrets(
  node: Members,
  id: string,
  files: Readonly<Record<string, string | undefined>>,
): Protocol {
  const given = Object.entries(files).flatMap(([member, file]) =>
    file === undefined ? [] : [{ member, file }],
  );
  return {
    objects: given.map(({ member, file }) => secretObject(`${id}-${member}`, file)),
    node: { ...node, ...Object.fromEntries(given.map(({ member }) => [member, `${id}-${member}`])) },
  };
}

export function nbd(source: Source<'nbd'>, id: string): Protocol {
  const { host, port, socket, tls } = source;
  const creds = `${id}-tls`;
  return {
    objects: tls
      ? [
          {
            'qom-type': 'tls-creds-x509',
            id: creds,
            dir: tls.credentials,
            endpoint: 'client',
            'verify-peer': true,
          },
        ]
      : [],
    node: {
      driver: 'nbd',
      server:
        socket === undefined ? { type: 'inet', host, port: String(port) } : { type: 'unix', path: socket },
      export: source.export,
      'tls-creds': tls ? creds : undefined,
      'tls-hostname': tls?.hostname,
      'reconnect-delay': source.reconnectDelay,
    },
  };
}

export function rbd(source: Source<'rbd'>, id: string): Protocol {
  const { keyFile, encryptionKeyFile, servers } = source;
  const key = `${id}-key-secret`;
  const passphrase = `${id}-encrypt`;
  return {
    objects: [
      ...(keyFile === undefined ? [] : [secretObject(key, keyFile, 'base64')]),
      ...(encryptionKeyFile === undefined ? [] : [secretObject(passphrase, encryptionKeyFile)]),
    ],
    node: {
      driver: 'rbd',
      pool: source.pool,
      namespace: source.namespace,
      image: source.image,
      snapshot: source.snapshot,
      conf: source.conf,
      user: source.user,
      server:
        servers.length > 0
          ? servers.map(({ host, port = 6789 }) => ({ host, port: String(port) }))
          : undefined,
      ...(keyFile === undefined ? {} : { 'auth-client-required': ['cephx', 'none'], 'key-secret': key }),
      encrypt: encryptionKeyFile === undefined ? undefined : { format: 'luks2', 'key-secret': passphrase },
    },
  };
}

export function iscsi(source: Source<'iscsi'>, id: string): Protocol {
  const node = {
    driver: 'iscsi',
    transport: source.transport,
    portal: source.portal,
    target: source.target,
    lun: source.lun,
    user: source.user,
    'initiator-name': source.initiator,
    timeout: source.timeout,
  };
  return withSecrets(node, id, { 'password-secret': source.passwordFile });
}

export function web(source: Source<'web'>, id: string): Protocol {
  const driver = source.url.slice(0, source.url.indexOf(':'));
  const node = {
    driver,
    url: source.url,
    username: source.user,
    'proxy-username': source.proxyUser,
    sslverify: driver.endsWith('s') ? source.verifyCertificate : undefined,
    readahead: source.readAhead,
    timeout: source.timeout,
  };
  return withSecrets(node, id, {
    'password-secret': source.passwordFile,
    'proxy-password-secret': source.proxyPasswordFile,
    'cookie-secret': source.cookieFile,
  });
}
