/** The specs of vms/, which people copy: each with its exact command line on the described machine, in golden/vms. `UPDATE_GOLDEN=1` writes them anew. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shellText } from '../../src/command/argv.js';
import { checkCommand } from '../../src/command/check.js';
import { compileCommand } from '../../src/command/compile-plan.js';
import type { FirmwareFacts } from '../../src/plan/facts.js';
import { planVm } from '../../src/plan/plan-vm.js';
import type { QemuCapabilities } from '../../src/plan/qemu-capabilities.js';
import { loadSpec } from '../../src/spec/load.js';
import { notesMachine } from '../support/hosts.js';
import { kvmWorks } from '../support/planning.js';
import { recorded, whyNoRecordings } from '../support/qemu.js';
import { skipBecause } from '../support/skip.js';

const folder = resolve(import.meta.dirname, '../../vms');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => basename(file, '.yaml'));

const firmware = (code: string, features: readonly string[]): FirmwareFacts => ({
  code: `/usr/share/OVMF/${code}`,
  codeFormat: 'raw',
  variables: '/usr/share/OVMF/OVMF_VARS_4M.fd',
  variablesFormat: 'raw',
  features,
  machines: ['pc-q35-*'],
});
const host = {
  ...notesMachine(),
  firmware: [
    firmware('OVMF_CODE_4M.fd', ['verbose-dynamic']),
    firmware('OVMF_CODE_4M.ms.fd', ['enrolled-keys', 'requires-smm', 'secure-boot']),
  ],
};

/** As if the folder were /vms. */
function source(file: string) {
  const text = readFileSync(join(folder, basename(file)), 'utf8');
  return { file, folder: dirname(file), text };
}

function planned(name: string, capabilities: QemuCapabilities | null = null) {
  const loaded = loadSpec(source(`/vms/${name}.yaml`), { read: source });
  const qemu = { ...kvmWorks, capabilities };
  const roots = { runtime: '/run/vm', state: '/var/lib/vm' };
  const { spec, profile } = loaded;
  return planVm({ spec, profile, host, files: new Map(), qemu, claims: [], roots });
}

describe('the specs of vms/', () => {
  it('are those that the README lists', () => {
    const readme = readFileSync(resolve(folder, '../README.md'), 'utf8');
    expect(names.filter((name) => !readme.includes(`[${name}](vms/${name}.yaml)`))).toEqual([]);
  });

  it.each(names)('%s', (name) => {
    const golden = join(import.meta.dirname, 'vms', `${name}.args`);
    const compiled = `${shellText(compileCommand(planned(name)))}\n`;
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, compiled);
    expect(compiled).toBe(readFileSync(golden, 'utf8'));
  });
});

describe('for other QEMUs', () => {
  skipBecause(whyNoRecordings);

  it.each(names)('%s', async (name) => {
    for (const version of ['7.2.0', '10.0.0'] as const) {
      const qemu = await recorded(version);
      expect(checkCommand(compileCommand(planned(name, qemu)), qemu)).toEqual([]);
    }
  });
});
