import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { domainXml } from '../../libvirt/domain.js';
import { inProcess } from '../support/in-process.js';

const { run } = inProcess();
const folder = mkdtempSync('/tmp/vm-import-');
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, xml: string): string {
  writeFileSync(join(folder, name), xml);
  return join(folder, name);
}
const exact = file('exact.xml', domainXml());
const lossy = file('lossy.xml', domainXml({ inside: '<memtune><min_guarantee>1</min_guarantee></memtune>' }));

describe('vm import libvirt', () => {
  it('prints a spec, and nothing where nothing is lost', async () => {
    const { stdout, stderr, code } = await run(`import libvirt ${exact}`);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toMatch(/^# Imported from exact\.xml\..*\n\nname: web\n/);
  });

  it('--strict prints it too, where nothing is lost', async () => {
    const { stdout, stderr, code } = await run(`import libvirt ${exact} --strict`);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toContain('name: web');
  });

  it('tells each loss by its line, and goes on', async () => {
    const { stdout, stderr, code } = await run(`import libvirt ${lossy}`);
    expect({ stderr, code }).toEqual({
      stderr: 'lossy.xml:7: dropped domain/memtune/min_guarantee: no memory is guaranteed\n',
      code: 0,
    });
    expect(stdout).toContain('name: web');
  });

  it('--strict prints no spec where something is lost', async () => {
    const { stdout, stderr, code } = await run(`import libvirt ${lossy} --strict`);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toMatch(
      /^vm: lossy\.xml: 1 .* lost .*\nlossy\.xml:7: dropped domain\/memtune\/min_guarantee/,
    );
  });

  it('--format json is the spec and the notes', async () => {
    const { stdout } = await run(`import libvirt ${lossy} --format json`);
    expect(JSON.parse(stdout)).toMatchObject({
      spec: { name: 'web' },
      notes: [{ line: 7, path: 'domain/memtune/min_guarantee', kind: 'dropped' }],
    });
  });

  it.each([
    [file('cut.xml', '<domain>\n<name>'), 2, /^vm: cut\.xml:2:\d+: .*\n {2}1 \| <domain>\n> 2 \| <name>/],
    [file('xen.xml', "<domain type='xen'/>"), 2, /^vm: xen\.xml:1: a domain of type "xen"/],
    [join(folder, 'nowhere.xml'), 2, /^vm: there is no file/],
  ])('%s: exit code %i', async (path, expected, message) => {
    const { stdout, stderr, code } = await run(`import libvirt ${path}`);
    expect({ stdout, code }).toEqual({ stdout: '', code: expected });
    expect(stderr).toMatch(message);
  });

  it('knows no other format', async () => {
    expect(await run(`import vmware ${exact}`)).toMatchObject({ stdout: '', code: 64 });
  });
});
