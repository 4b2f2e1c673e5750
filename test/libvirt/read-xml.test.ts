import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VmError } from '../../src/errors.js';
import { readXml } from '../../src/libvirt/read-xml.js';

function refusal(text: string | Uint8Array): VmError {
  try {
    readXml(text, 'web.xml');
  } catch (error) {
    if (error instanceof VmError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('readXml', () => {
  it('keeps names, attributes, text and the line on which each element begins', () => {
    const root = readXml(
      `<?xml version='1.0'?>\n<a x='1'>\n  <b\n    y="&lt;2&#33;"><![CDATA[<t>]]></b> u</a>`,
      '-',
    );
    expect(root).toMatchObject({ name: 'a', line: 2, attributes: new Map([['x', '1']]) });
    expect(root.text.trim()).toBe('u');
    expect(root.children).toMatchObject([
      { name: 'b', line: 3, attributes: new Map([['y', '<2!']]), text: '<t>', children: [] },
    ]);
  });

  it("knows QEMU's namespace by its URI, and no other by its prefix", () => {
    const root = readXml(
      `<d xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0' xmlns:qemu='urn:other'><q:arg/><qemu:arg/></d>`,
      '-',
    );
    expect(root.children.map(({ name }) => name)).toEqual(['qemu:arg', '{urn:other}arg']);
    expect(root.attributes.size).toBe(0);
  });

  it.each([
    ['<a>\n <b></a>', /^web\.xml:2:\d+: /],
    ['', /^web\.xml:1:1: /],
    ['no xml', /^web\.xml:1:\d+: /],
    ['<a/><b/>', /^web\.xml:1:\d+: /],
    ['<a x="1" x="2"/>', /^web\.xml:1:\d+: /],
    ['<a>&amp;&nbsp;</a>', /^web\.xml:1:\d+: /],
    ['<q:a/>', /^web\.xml:1:\d+: /],
    ['<a>\u0000</a>', /^web\.xml:1:\d+: /],
    ['<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', /a DOCTYPE is refused/],
    ['<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', /a DOCTYPE is refused/],
    ["<?xml version='1.0' encoding='UTF-16'?><a/>", /encoding UTF-16 is not read/],
    ['<a>'.repeat(65), /nested more than 64 levels deep/],
    [`<a>${'<b/>'.repeat(50_000)}</a>`, /more than 50000 elements/],
    [' '.repeat(2 ** 20 + 1), /is huge/],
  ])('refuses %.40j', (text, message) => {
    const error = refusal(text);
    expect(error).toMatchObject({ code: 'import.xml', exitCode: 2 });
    expect(error.message).toMatch(message);
  });

  it('shows the line that is wrong', () => {
    expect(refusal('<a>\n  <b x=1/>\n</a>').details).toContain('> 2 |   <b x=1/>');
  });

  it('refuses what is no UTF-8', () => {
    expect(refusal(new Uint8Array([0x3c, 0xff, 0x3e])).message).toBe('web.xml: is no UTF-8 text');
  });

  it('throws nothing else, whatever the text is', () => {
    const piece = fc.constantFrom(
      '<a',
      '<b>',
      '</b>',
      '/>',
      '>',
      ' x="',
      '"',
      '&',
      ';',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      '<!DOCTYPE',
      'xmlns:q="u"',
      'q:',
      '\n',
    );
    const text = fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (xml) => {
        try {
          readXml(xml, '-');
        } catch (error) {
          expect(error).toMatchObject({ code: 'import.xml' });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
