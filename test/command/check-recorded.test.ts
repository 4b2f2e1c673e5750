/** The checks against QEMUs that really answered, and command lines that experts wrote. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkCommand } from '../../src/command/check.js';
import { cameWith, everySince } from '../../src/command/check-since.js';
import type { QemuOption } from '../../src/command/option.js';
import { recorded, whyNoRecordings } from '../support/qemu.js';
import { skipBecause } from '../support/skip.js';

describe('recorded QEMUs', () => {
  skipBecause(whyNoRecordings);

  it('have every device and its property from the version on that we tell', async () => {
    for (const version of ['7.2.0', '9.2.0', '10.0.0'] as const) {
      const { devices, deviceProperties } = await recorded(version);
      for (const [name, came] of everySince) {
        const [driver = '', property] = name.split('.');
        const known = property === undefined ? devices : deviceProperties[driver];
        const isDevice = property === undefined ? /-pci$|^igb$|^ufs$|^hv-|^vmclock$|^uefi/.test(name) : known;
        if (!isDevice || known === undefined) continue;
        const there = Number.parseFloat(version) >= Number.parseFloat(came);
        expect([version, name, known.includes(property ?? driver)]).toEqual([version, name, there]);
      }
    }
    expect(cameWith('virtio-blk-pci-non-transitional.iothread-vq-mapping')).toBe('9.0');
  });

  it("take all of libvirt's own command lines, but for one property that 7.2 lacks", async () => {
    const folder = resolve(import.meta.dirname, '../../../shared/corpus/libvirt');
    const options = readdirSync(folder)
      .filter((name) => name.endsWith('.args'))
      .flatMap((name) => optionsOf(readFileSync(join(folder, name), 'utf8')));
    expect(options.length).toBeGreaterThan(500);
    const command = { binary: 'qemu', options };
    expect(checkCommand(command, await recorded('10.0.0'))).toEqual([]);
    expect(checkCommand(command, await recorded('9.2.0'))).toEqual([]);
    expect(checkCommand(command, await recorded('7.2.0')).map(({ message }) => message)).toEqual([
      'QEMU 7.2.0 has no property "iothread-vq-mapping" of the device virtio-blk-pci: it came with QEMU 9.0',
    ]);
  });
});

/** A shell's words, single-quoted or bare, as options. */
function optionsOf(text: string): QemuOption[] {
  const words = [...text.replaceAll('\\\n', ' ').matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) =>
    word.replaceAll("'", ''),
  );
  return words.flatMap((word, index) => {
    const next = words[index + 1];
    return word.startsWith('-') && next !== undefined && !next.startsWith('-')
      ? [{ group: 'devices', flag: word, value: next, origin: 'vm', why: '' }]
      : [];
  });
}
