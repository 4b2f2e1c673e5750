import { describe, expect, it } from 'vitest';
import { notesMachine } from '../support/hosts.js';
import { plan } from '../support/planning.js';

const image = (code: string, ...features: string[]) => ({
  machines: ['pc-q35-*', 'pc-i440fx-*'],
  code,
  codeFormat: 'raw' as const,
  variables: `${code}.vars`,
  variablesFormat: 'raw' as const,
  features,
});
const host = {
  ...notesMachine(),
  firmware: [
    image('/smm-keys', 'requires-smm', 'secure-boot', 'enrolled-keys'),
    image('/smm', 'requires-smm', 'secure-boot'),
    image('/plain'),
  ],
};
const firmware = (text: string) => plan(`boot: {firmware: uefi, ${text}}`, { host }).boot.firmware;

describe('planFirmware', () => {
  it.each([
    ['', '/plain', false],
    ['secureBoot: true', '/smm-keys', true],
    ['secureBoot: true, enrolledKeys: false', '/smm', true],
  ])('takes the first image that fits: {%s}', (text, code, secure) => {
    expect(firmware(text)).toMatchObject({ code, secure, template: `${code}.vars` });
  });

  it.each([
    ['q35', '/q35'],
    ['pc-q35-7.2', '/q35'],
    ['pc', '/pc'],
    ['pc-i440fx-7.2', '/pc'],
  ])('takes one that is for the machine: %s', (machine, code) => {
    const firmware = [
      { ...image('/xen'), machines: ['xenfv'] },
      { ...image('/q35'), machines: ['pc-q35-*'] },
      { ...image('/pc'), machines: ['pc-i440fx-*'] },
    ];
    const text = `machine: {type: ${machine}}\nboot: {firmware: uefi}`;
    expect(plan(text, { host: { ...host, firmware } }).boot.firmware).toMatchObject({ code });
  });

  it('tells which firmware is not there', () => {
    const { findings } = plan('boot: {firmware: uefi, secureBoot: true}', { host: notesMachine() });
    expect(findings.map(({ key, message }) => [key, message])).toEqual([
      [
        'boot.secureBoot',
        'no UEFI firmware for x86_64 with Secure Boot, with keys enrolled, is described on this host',
      ],
    ]);
  });

  it('takes what the spec names itself, and keeps the variables where it says', () => {
    expect(firmware('code: a.fd, variables: b.fd, nvram: c.fd')).toMatchObject({
      code: '/specs/a.fd',
      template: '/specs/b.fd',
      variables: '/specs/c.fd',
    });
    expect(firmware('code: a.fd, stateless: true')).toMatchObject({ template: null, variables: null });
  });
});
