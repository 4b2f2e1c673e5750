import { describe, expect, it } from 'vitest';
import type { TpmPlan } from '../../src/devices/tpm.js';
import type { ProgramFacts } from '../../src/plan/facts.js';
import { notesMachine } from '../support/hosts.js';
import { plan } from '../support/planning.js';

const here: ProgramFacts = {
  swtpm: '/usr/bin/swtpm',
  swtpmSetup: '/usr/bin/swtpm_setup',
  virtiofsd: '/usr/lib/qemu/virtiofsd',
  passt: null,
  vhostUserGpu: null,
};

function tpm(text: string, programs: ProgramFacts | null = here) {
  const made = plan(text, { host: { ...notesMachine(), programs } });
  const device = made.devices.find(({ kind }) => kind === 'tpm') as TpmPlan;
  return { device, findings: made.findings, sideProcesses: made.sideProcesses };
}

describe('planTpm', () => {
  it.each([
    ['tpm: true', '2.0', 'crb'],
    ['tpm: 2.0', '2.0', 'crb'],
    ['tpm: "1.2"', '1.2', 'tis'],
    ['tpm: 1.2', '1.2', 'tis'],
    ['tpm: {model: tis}', '2.0', 'tis'],
    ['tpm: {type: passthrough}', '2.0', 'tis'],
  ])('%s is a TPM %s on %s', (text, version, model) => {
    expect(tpm(text).device).toMatchObject({ version, model });
  });

  it('is no device where the spec has none', () => {
    expect(plan('tpm: false').sideProcesses).toEqual([]);
  });

  it('has an swtpm beside QEMU, confined and ending with it', () => {
    expect(tpm('tpm: 2.0').sideProcesses).toEqual([
      {
        id: 'swtpm',
        program: '/usr/bin/swtpm',
        args: [
          'socket',
          '--tpm2',
          '--ctrl',
          'type=unixio,path=/run/vm/worker/swtpm.sock,mode=0600',
          '--tpmstate',
          'dir=/var/lib/vm/worker/tpm,mode=0600',
          '--terminate',
          '--seccomp',
          'action=kill',
        ],
        socket: '/run/vm/worker/swtpm.sock',
        key: 'tpm',
        log: '/var/lib/vm/worker/swtpm.log',
        folders: ['/var/lib/vm/worker/tpm'],
      },
    ]);
  });

  it('is set up once, and its banks at each start', () => {
    expect(tpm('tpm: 1.2').device.setup).toEqual({
      program: '/usr/bin/swtpm_setup',
      create: ['--createek', '--lock-nvram'],
      reconfigure: null,
      folder: '/var/lib/vm/worker/tpm',
      proof: 'tpm-00.permall',
    });
    const text =
      'tpm: {encryption: {secretFile: /key}, activePcrBanks: [sha1, sha512], state: /chip, profile: {name: custom, removeDisabled: check}}';
    const { device, sideProcesses } = tpm(text);
    expect(device.setup).toMatchObject({
      create: [
        '--tpm2',
        '--pwdfile',
        '/key',
        '--cipher',
        'aes-256-cbc',
        '--createek',
        '--lock-nvram',
        '--pcr-banks',
        'sha1,sha512',
        '--profile-name',
        'custom',
        '--profile-remove-disabled',
        'check',
      ],
      reconfigure: [
        '--tpm2',
        '--pwdfile',
        '/key',
        '--cipher',
        'aes-256-cbc',
        '--reconfigure',
        '--pcr-banks',
        'sha1,sha512',
      ],
      folder: '/chip',
    });
    expect(sideProcesses[0]?.args.slice(-2)).toEqual(['--key', 'pwdfile=/key,mode=aes-256-cbc']);
  });

  it('says what to install, and takes nothing for missing on a captured tree', () => {
    const nothing = { ...here, swtpm: null, swtpmSetup: null };
    expect(tpm('tpm: {activePcrBanks: [sha256]}', nothing).findings).toMatchObject([
      { key: 'tpm', code: 'host.program', hint: 'Install it (Debian: apt-get install swtpm-tools).' },
      { key: 'tpm', code: 'host.program', hint: 'Install it (Debian: apt-get install swtpm).' },
    ]);
    expect(tpm('tpm: 2.0', { ...here, swtpmSetup: null })).toMatchObject({
      device: { setup: null },
      findings: [],
    });
    const unknown = tpm('tpm: {activePcrBanks: [sha256]}', null);
    expect(unknown.findings).toEqual([]);
    expect(unknown.sideProcesses[0]?.program).toBe('swtpm');
  });

  it('starts nothing for one that runs already, or is the host’s', () => {
    for (const text of ['tpm: {type: external, socket: /s}', 'tpm: {type: passthrough}'])
      expect(tpm(text)).toMatchObject({ device: { setup: null, sideProcess: null }, sideProcesses: [] });
  });
});
