import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSchemata, parseSchemata } from '../../../src/plan/cache/schemata.js';

describe('parseSchemata', () => {
  it('reads masks as hexadecimal and bandwidths as decimal', () => {
    const schemata = parseSchemata('    MB:0=2048;2=100\n    L3:0=0f0;10=7ff\n');
    expect([...(schemata.get('MB') ?? [])]).toEqual([
      [0, 2048],
      [2, 100],
    ]);
    expect([...(schemata.get('L3') ?? [])]).toEqual([
      [0, 0xf0],
      [10, 0x7ff],
    ]);
  });

  it('leaves out what it does not know', () => {
    expect([...parseSchemata('nonsense\nL3:0=zz;x=1\n\n')]).toEqual([['L3', new Map()]]);
  });

  it('reads back what formatSchemata writes', () => {
    const domains = fc
      .uniqueArray(fc.tuple(fc.nat(200), fc.integer({ min: 0, max: 0xffffffff })), {
        selector: ([id]) => id,
        minLength: 1,
      })
      .map((pairs) => new Map(pairs.sort(([a], [b]) => a - b)));
    const resource = fc.constantFrom('L3', 'L2', 'L3CODE', 'L3DATA', 'MB', 'SMBA');
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(resource, domains), { selector: ([name]) => name }), (entries) => {
        const schemata = new Map(entries);
        expect(parseSchemata(formatSchemata(schemata).join('\n'))).toEqual(schemata);
      }),
    );
  });
});
