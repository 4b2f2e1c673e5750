/** The comparison with recorded command lines: what libvirt made of a domain, and what the import and the compiler make of it. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importLibvirt } from '../../src/libvirt/import.js';
import { skipBecause } from '../support/skip.js';

const shared = join(import.meta.dirname, '../../../shared');
const corpus = join(shared, 'corpus');
const built = join(import.meta.dirname, '../../dist/cli/vm.cjs');
const names = existsSync(join(corpus, 'libvirt'))
  ? readdirSync(join(corpus, 'libvirt'))
      .filter((name) => name.endsWith('.xml') && !name.includes('.x86_64'))
      .map((name) => name.slice(0, -'.xml'.length))
  : [];

describe('recorded domains', () => {
  skipBecause(names.length > 0 ? undefined : 'the recorded domains are not on this machine');

  it('are imported, each loss with a line', () => {
    for (const name of names) {
      const xml = readFileSync(join(corpus, 'libvirt', `${name}.xml`));
      const { notes } = importLibvirt(xml, { file: `${name}.xml` });
      expect(notes.every(({ line, path }) => line > 0 && path.startsWith('domain'))).toBe(true);
    }
  });
});

describe('command lines of recorded domains', () => {
  skipBecause(
    names.length === 0
      ? 'the recorded domains are not on this machine'
      : existsSync(built)
        ? undefined
        : 'vm is not built: npm run build',
  );

  it('mean the same', () => {
    const capabilities = join(shared, 'qemu-capabilities/caps_9.2.0_x86_64.replies.xz');
    const args = [
      '--vm',
      `${process.execPath} ${built}`,
      '--capabilities',
      capabilities,
      join(corpus, 'libvirt'),
    ];
    const report = execFileSync(join(corpus, 'compare'), args, { encoding: 'utf8' });
    expect(report).toContain(`${names.length} passed, 0 failed`);
  }, 300_000);
});
