/**
 * Specs beside their exact command lines: NAME.yaml and NAME.args. A comment `# host: …` at the head of a spec names the machine that
 * it is planned for. `UPDATE_GOLDEN=1` writes the .args files anew: read the difference before you commit it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shellText } from '../../src/command/argv.js';
import { compileCommand } from '../../src/command/compile-plan.js';
import type { HostFacts } from '../../src/plan/facts.js';
import { amdMachine, notesMachine, plainMachine } from '../support/hosts.js';
import { imageFile, plan } from '../support/planning.js';

const folder = import.meta.dirname;
const uefi = {
  code: '/usr/share/OVMF/OVMF_CODE_4M.fd',
  codeFormat: 'raw',
  variables: '/usr/share/OVMF/OVMF_VARS_4M.fd',
  variablesFormat: 'raw',
  features: ['verbose-dynamic'],
} as const;
const hosts: Readonly<Record<string, () => HostFacts>> = {
  notes: notesMachine,
  amd: amdMachine,
  old: () => ({ ...plainMachine(4), ioUring: false, vhostNet: false }),
};

function compileFile(name: string): string {
  const text = readFileSync(join(folder, `${name}.yaml`), 'utf8');
  const host = hosts[/^# host: (\w+)$/m.exec(text)?.[1] ?? 'notes'];
  if (!host) throw new Error(`${name}.yaml names a host that is not known here`);
  const files = {
    '/specs/plain.raw': { ...imageFile, direct: false },
    '/dev/vg0/data': { ...imageFile, kind: 'block' },
  } as const;
  return `${shellText(compileCommand(plan(text, { host: { ...host(), firmware: [uefi] }, files })))}\n`;
}

describe('a spec and its command line', () => {
  const names = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  it.each(names.map((file) => file.slice(0, -'.yaml'.length)))('%s', (name) => {
    const golden = join(folder, `${name}.args`);
    const compiled = compileFile(name);
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, compiled);
    expect(compiled).toBe(readFileSync(golden, 'utf8'));
  });
});
