import { describe, expect, it } from 'vitest';
import type { FileFacts, HostFacts } from '../../src/plan/facts.js';
import { notesMachine } from '../support/hosts.js';
import { imageFile, plan } from '../support/planning.js';

const binary = '/usr/libexec/virtiofsd';

function made(text: string, kind: FileFacts['virtiofsd'], root: HostFacts['root'] = true) {
  const programs = { swtpm: null, swtpmSetup: null, virtiofsd: binary, passt: null, vhostUserGpu: null };
  const daemon = kind === undefined ? imageFile : { ...imageFile, virtiofsd: kind };
  return plan(text, { host: { ...notesMachine(), programs, root }, files: { [binary]: daemon } });
}

const everything = `shares: [{source: '/a, b\\c', tag: t, id: x, cache: none, threadPool: 4, xattr: true, posixAcl: true,
  writeback: true, directIo: true, announceSubmounts: true, openFiles: 99, flock: true, posixLock: true}]`;

describe('virtiofsd', () => {
  it('of QEMU takes one list of options, in which a comma ends one', () => {
    const [side] = made(everything, 'c').sideProcesses;
    const socket = '/run/vm/worker/virtiofsd-x.sock';
    expect(side).toMatchObject({ id: 'virtiofsd-x', program: binary, socket, key: 'shares[0]' });
    expect(side?.args).toEqual([
      `--socket-path=${socket}`,
      ...[
        'source=/a\\, b\\\\c',
        'cache=none',
        'sandbox=namespace',
        'xattr',
        'flock',
        'posix_lock',
        'posix_acl',
        'writeback',
        'allow_direct_io',
        'announce_submounts',
      ].flatMap((option) => ['-o', option]),
      '--thread-pool-size=4',
      '--rlimit-nofile=99',
    ]);
    expect(side?.leaves).toEqual(['/run/virtiofsd/.run.vm.worker.virtiofsd-x.sock.pid']);
  });

  it('in Rust takes options of its own, and hands no locks on', () => {
    const { sideProcesses, findings } = made(everything, 'rust');
    expect(sideProcesses[0]?.args).toEqual([
      '--socket-path=/run/vm/worker/virtiofsd-x.sock',
      '--shared-dir=/a, b\\c',
      '--cache=never',
      '--sandbox=namespace',
      '--seccomp=kill',
      '--xattr',
      '--posix-acl',
      '--writeback',
      '--allow-direct-io',
      '--announce-submounts',
      '--thread-pool-size=4',
      '--rlimit-nofile=99',
    ]);
    expect(sideProcesses[0]?.leaves).toEqual(['/run/vm/worker/virtiofsd-x.sock.pid']);
    expect(findings.map(({ severity, key }) => [severity, key])).toEqual([
      ['warning', 'shares[0].flock'],
      ['warning', 'shares[0].posixLock'],
    ]);
  });

  it('in Rust alone maps ids, serves read-only, and does without a sandbox or root', () => {
    const text = `shares: [{source: /a, tag: t, readOnly: true, cache: metadata, sandbox: none,
      idMap: {uid: [{start: 0, target: 1000, count: 1}], gid: [{start: 0, target: 100, count: 2}]}}]`;
    const rust = made(text, 'rust', false);
    expect(rust.findings).toEqual([]);
    expect(rust.sideProcesses[0]?.args.slice(2)).toEqual([
      '--cache=metadata',
      '--sandbox=none',
      '--seccomp=kill',
      '--readonly',
      '--uid-map=:0:1000:1:',
      '--gid-map=:0:100:2:',
    ]);
    const c = made(text, 'c', false);
    expect(c.findings.map(({ severity, key }) => [severity, key])).toEqual([
      ['missing', 'shares[0].readOnly'],
      ['missing', 'shares[0].cache'],
      ['missing', 'shares[0].sandbox'],
      ['missing', 'shares[0].idMap'],
      ['missing', 'shares[0]'],
    ]);
  });

  it('is found by name where nothing is known of the host, and missed where it is not', () => {
    const unknown = plan('shares: [{source: /a, tag: t}]');
    expect(unknown.sideProcesses[0]?.program).toBe('virtiofsd');
    expect(unknown.findings).toEqual([]);
    const programs = { swtpm: null, swtpmSetup: null, virtiofsd: null, passt: null, vhostUserGpu: null };
    const none = plan('shares: [{source: /a, tag: t}]', { host: { ...notesMachine(), programs } });
    expect(none.findings).toMatchObject([{ severity: 'missing', code: 'host.program', key: 'shares[0]' }]);
  });
});

describe('memory and shares', () => {
  it('is shared where virtiofsd must see it, modules and nodes too, and says why', () => {
    const { memory, decisions } = plan(
      `memory: {modules: [{type: dimm, size: 1GiB}]}
numa: [{cpus: 0, memory: 512MiB}, {memory: 512MiB}]
shares: [{source: /a, tag: t}]`,
    );
    expect([
      memory,
      ...memory.nodes.map((node) => node.memory),
      ...memory.modules.map((one) => one.backend),
    ]).toEqual(Array.from({ length: 4 }, () => expect.objectContaining({ shared: true, backing: 'memfd' })));
    expect(decisions).toContainEqual({
      key: 'memory.access',
      value: 'shared',
      reason: 'virtiofsd (shares[0]) reads and writes it',
    });
  });

  it('stays private for 9p, and shared where the spec says so', () => {
    expect(plan('shares: [{type: 9p, source: /a, tag: t}]').memory).toMatchObject({ shared: false });
    const said = plan('{memory: {access: shared}, shares: [{source: /a, tag: t}]}');
    expect(said.memory.shared).toBe(true);
    expect(said.decisions.map(({ key }) => key)).not.toContain('memory.access');
  });
});

describe('a folder that is not there', () => {
  it('is missed', () => {
    const files = { '/a': { ...imageFile, kind: 'missing' }, '/f': imageFile } as const;
    const text = 'shares: [{type: 9p, source: /a, tag: t}, {type: 9p, source: /f, tag: u}]';
    expect(plan(text, { files }).findings).toMatchObject([
      { key: 'shares[0].source', message: '/a does not exist' },
      { key: 'shares[1].source', message: '/f is no folder' },
    ]);
  });
});
