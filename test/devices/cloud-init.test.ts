import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkNetworkConfig, checkUserData } from '../../src/devices/cloud-config.js';
import { planSeed } from '../../src/devices/cloud-init.js';
import type { FileFacts } from '../../src/plan/facts.js';
import { vmPaths } from '../../src/plan/paths.js';
import { SpecError } from '../../src/spec/error.js';
import { imageFile, load, plan } from '../support/planning.js';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGe0 me@here';
const textFile = (text: string | null): FileFacts => ({ ...imageFile, text });
const missing: FileFacts = { ...imageFile, kind: 'missing', readable: false, writable: false, bytes: null };

function seedOf(text: string, files: Record<string, FileFacts> = {}) {
  const { seed, findings } = plan(text, { files });
  return { files: Object.fromEntries((seed?.files ?? []).map((file) => [file.name, file.text])), findings };
}

describe('what goes into the seed', () => {
  it('is nothing without cloudInit, and with an empty one what NoCloud asks for', () => {
    expect(plan('cpu: {vcpus: 1}').seed).toBeNull();
    const { uuid, seed } = plan('name: web_1\ncloudInit: {}');
    expect(seed).toEqual({
      path: '/var/lib/vm/web_1/seed.iso',
      files: [
        { name: 'meta-data', text: `instance-id: ${uuid}\nlocal-hostname: web-1\n` },
        { name: 'user-data', text: '#cloud-config\n{}\n' },
      ],
    });
  });

  it('has the shorthand as keys of a cloud-config, under those of a map', () => {
    const { files } = seedOf(
      `cloudInit:
  hostname: web.example.org
  user: admin
  sshKeys: ['${key}', keys.pub]
  password: $6$salt$hash
  packages: [nginx]
  runcmd: [systemctl start nginx, [echo, 'yes']]
  userData: {package_update: false, timezone: Europe/Berlin}
  metaData: {instance-id: second}
  networkConfig: {version: 2, ethernets: {all: {match: {name: 'e*'}, dhcp4: true}}}
  vendorData: "#cloud-config\\nlocale: C.UTF-8\\n"`,
      { '/specs/keys.pub': textFile(`# mine\n${key}\n\nssh-rsa AAAAB3 you\n`) },
    );
    expect(files).toEqual({
      'meta-data': 'instance-id: second\nlocal-hostname: web.example.org\n',
      'user-data': `#cloud-config
user: admin
ssh_authorized_keys:
  - ${key}
  - ${key}
  - ssh-rsa AAAAB3 you
password: $6$salt$hash
chpasswd:
  expire: false
package_update: false
packages:
  - nginx
runcmd:
  - systemctl start nginx
  - - echo
    - "yes"
timezone: Europe/Berlin
`,
      'network-config': 'version: 2\nethernets:\n  all:\n    match:\n      name: e*\n    dhcp4: true\n',
      'vendor-data': '#cloud-config\nlocale: C.UTF-8\n',
    });
  });

  it('takes a file as it is', () => {
    const text = '#!/bin/sh\r\necho "\t"\n';
    expect(seedOf('cloudInit: {userData: ./u}', { '/specs/u': textFile(text) }).files['user-data']).toBe(
      text,
    );
  });

  it('tells the line of a file that cloud-init could not read', () => {
    const failure = (() => {
      try {
        return plan('cloudInit: {userData: u.yaml}', {
          files: { '/specs/u.yaml': textFile('#cloud-config\nusers:\n  - name: a\n   shell: b\n') },
        });
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toBeInstanceOf(SpecError);
    expect((failure as SpecError).issues).toMatchObject([{ file: '/specs/u.yaml', line: 4, column: 1 }]);
  });

  it('is told where a file is not there, or no text', () => {
    const { findings } = seedOf('cloudInit: {vendorData: u, networkConfig: n, sshKeys: [k]}', {
      '/specs/u': missing,
      '/specs/n': textFile(null),
      '/specs/k': { ...imageFile, readable: false },
    });
    expect(findings.map(({ severity, code, key, message }) => [severity, code, key, message])).toEqual([
      ['missing', 'host.file', 'cloudInit.networkConfig', '/specs/n is no text in UTF-8 of at most 1 MiB'],
      ['missing', 'host.file', 'cloudInit.vendorData', '/specs/u does not exist'],
      ['missing', 'host.file', 'cloudInit.sshKeys[0]', "/specs/k can't be read by this user"],
    ]);
  });

  it('warns of keys that cloud-init would pass over, with the nearest that it knows', () => {
    const warnings = (spec: string, files?: Record<string, FileFacts>) =>
      seedOf(spec, files).findings.map(({ severity, message, hint }) => [severity, message, hint]);
    expect(warnings('cloudInit: {userData: {package: [vim]}}')).toEqual([
      ['warning', '"package" is no key of a cloud-config that is known here', 'did you mean packages?'],
    ]);
    expect(
      warnings('cloudInit: {userData: u}', { '/specs/u': textFile('#cloud-config\nrun_cmd: [a]\n') }),
    ).toEqual([
      [
        'warning',
        '/specs/u:2:1: "run_cmd" is no key of a cloud-config that is known here',
        'did you mean runcmd?',
      ],
    ]);
  });

  it('is the same data for a YAML 1.1 reader, whatever strings are in it', () => {
    const notes = { decide: () => undefined, find: () => undefined };
    const paths = vmPaths({ runtime: '/run/vm', state: '/state' }, 'a');
    const metaDataOf = (map: object) =>
      planSeed(
        { bus: 'virtio', metaData: { map } },
        { name: 'a', uuid: 'u', paths, files: new Map(), ...notes },
      )?.files[0]?.text ?? '';
    // Keys that no spec may have are left out.
    const name = fc.string().filter((key) => key !== '<<' && key !== '__proto__');
    const value = fc.oneof(fc.string(), fc.boolean(), fc.integer());
    fc.assert(
      fc.property(fc.dictionary(name, value), (map) => {
        const read = parse(metaDataOf(map), { version: '1.1' }) as { map: object };
        expect(JSON.stringify(read.map)).toBe(JSON.stringify(map));
      }),
      { examples: [[{ yes: 'no', '010': '1:30', a: '~', b: '2001-01-01', n: '0o7', e: '1_0' }]] },
    );
  });
});

describe('checks of texts', () => {
  it.each([
    '#!/bin/sh\n:',
    '#include\nhttp://x/',
    '## template: jinja\n#cloud-config\n{% if x %}',
    'Content-Type: multipart/mixed; boundary="x"\n\n',
    '#cloud-boothook\n:',
    '#cloud-config\n',
    '#cloud-config\r\nwrite_files:\r\n- content: !!binary |\r\n    YQ==\r\n',
    '#cloud-config\nusers: &u [default]\nruncmd:\n- <<: {a: 1}\n  b: *u\n',
    '#cloud-config-archive\n- type: text/cloud-config\n',
  ])('nothing is wrong with %j', (text) => {
    expect(checkUserData(text)).toEqual({ errors: [], warnings: [] });
  });

  it.each([
    ['#cloudconfig\na: 1', 'begins with "#cloudconfig", and cloud-init goes by the first line'],
    ['packages: [vim]\n', 'begins with "packages: [vim]", and cloud-init goes by the first line'],
    ['#cloud-config\n"a', 'this quote is opened and never closed'],
    ['#cloud-config\ntext', 'must be a map of keys'],
    ['#cloud-config-archive\na: 1', 'must be a list'],
    ['#cloud-config\na: !mine 1', 'tags (!name) are not part of a spec'],
  ])('%j is told', (text, message) => {
    expect(checkUserData(text).errors[0]?.message).toBe(message);
  });

  it('a network-config says its version', () => {
    expect(checkNetworkConfig('network:\n  version: 2\n').errors).toEqual([]);
    expect(checkNetworkConfig('ethernets: {}\n').errors).toMatchObject([{ message: 'says no version' }]);
  });
});

describe('paths', () => {
  it('are made absolute, and texts are not', () => {
    const { cloudInit } = load(
      `cloudInit: {vendorData: "#!/bin/sh", networkConfig: net.yaml, sshKeys: [../k.pub, '${key}']}`,
    ).spec;
    expect(cloudInit).toMatchObject({
      vendorData: '#!/bin/sh',
      networkConfig: '/specs/net.yaml',
      sshKeys: ['/k.pub', key],
    });
  });
});
