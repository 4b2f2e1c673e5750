import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isoImage } from '../../src/devices/iso9660.js';
import { readIso } from '../support/iso.js';
import { skipBecause } from '../support/skip.js';

const file = (name: string, content: string) => ({ name, content: Buffer.from(content) });
const files = [
  file('user-data', '#cloud-config\n'.repeat(500)),
  file('meta-data', 'instance-id: a\n'),
  file('network-config', 'ü'),
];

describe('isoImage', () => {
  it.each(['rockRidge', 'joliet'] as const)('has label, names and contents for a reader of %s', (kind) => {
    const { label, entries } = readIso(isoImage('cidata', files), kind);
    expect(label).toBe('cidata');
    expect(Object.fromEntries(entries)).toEqual(
      Object.fromEntries(files.map(({ name, content }) => [name, content.toString('utf8')])),
    );
  });

  it('has whole sectors, as many as it says', () => {
    const image = Buffer.from(isoImage('cidata', files));
    expect(image.length).toBe(image.readUInt32LE(16 * 2048 + 80) * 2048);
  });

  it('is the same for the same files, in any order', () => {
    const image = isoImage('cidata', files);
    expect(isoImage('cidata', files.toReversed())).toEqual(image);
    // Another sum means another image for every VM: cloud-init sees it, and should have a reason to.
    expect(createHash('sha256').update(image).digest('hex').slice(0, 16)).toMatchInlineSnapshot(
      `"6f8dfef9fb725d89"`,
    );
  });
});

const blkid = ['/usr/sbin/blkid', '/sbin/blkid'].find((path) => existsSync(path));

describe('for blkid, by which cloud-init looks', () => {
  skipBecause(blkid === undefined ? 'blkid (util-linux) is absent' : undefined);

  it('it is the volume cidata', () => {
    const folder = mkdtempSync('/tmp/vmt-');
    try {
      const image = join(folder, 'seed.iso');
      writeFileSync(image, isoImage('cidata', files));
      const shown = execFileSync(blkid ?? '', ['-p', '-o', 'export', image], { encoding: 'utf8' });
      expect(shown).toMatch(/^LABEL=cidata$/m);
      expect(shown).toMatch(/^TYPE=iso9660$/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
