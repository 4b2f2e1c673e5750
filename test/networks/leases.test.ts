import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseLeases } from '../../src/networks/leases.js';

it('reads who has which address, and passes over what is of IPv6', () => {
  const text = [
    '1795460000 52:54:00:12:34:56 10.77.0.9 web 01:52:54:00:12:34:56',
    '0 52:54:00:12:34:57 10.77.0.10 * *',
    'duid 00:01:00:01:2e:00:00:00:52:54:00:00:00:01',
    '1795460000 1193046 fd77::2 web 00:01',
    '',
  ].join('\n');
  expect(parseLeases(text)).toEqual([
    { address: '10.77.0.9', mac: '52:54:00:12:34:56', hostname: 'web', expires: 1_795_460_000 },
    { address: '10.77.0.10', mac: '52:54:00:12:34:57', hostname: null, expires: null },
  ]);
});

it('never throws', () => {
  fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseLeases(text))));
});
