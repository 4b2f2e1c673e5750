import { describe, expect, it } from 'vitest';
import { creationMask } from '../../src/devices/creation-mask.js';
import { plan } from '../support/planning.js';

const maskOf = (shares: string) => creationMask(plan(`shares: [${shares}]`).devices).toString(8);

describe('the umask of QEMU', () => {
  it.each([
    ['', '177'],
    ['{source: /a, tag: a}', '177'],
    ['{source: /a, tag: a, type: 9p, securityModel: passthrough}', '177'],
    ['{source: /a, tag: a, type: 9p, securityModel: none}', '177'],
    ['{source: /a, tag: a, type: 9p}', '77'],
    ['{source: /a, tag: a, type: 9p, securityModel: mapped-file, fileMode: "0400", dirMode: "0500"}', '77'],
    ['{source: /a, tag: a, type: 9p, fileMode: "0640"}', '37'],
    [
      '{source: /a, tag: a, type: 9p, fileMode: "640"}, {source: /b, tag: b, type: 9p, dirMode: "0755"}',
      '22',
    ],
  ])('with the shares [%s] is %s', (shares, mask) => {
    expect(maskOf(shares)).toBe(mask);
  });
});
