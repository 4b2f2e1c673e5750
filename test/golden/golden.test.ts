/**
 * Specs beside their exact command lines: NAME.yaml and NAME.args. A comment `# host: …` at the head of a spec names the machine that
 * it is planned for. `UPDATE_GOLDEN=1` writes the .args files anew: read the difference before you commit it.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shellText } from '../../src/command/argv.js';
import { checkCommand } from '../../src/command/check.js';
import { driverAliases } from '../../src/command/check-devices.js';
import { compileCommand } from '../../src/command/compile-plan.js';
import type { QemuCommand } from '../../src/command/option.js';
import type { HostFacts } from '../../src/plan/facts.js';
import type { QemuCapabilities } from '../../src/plan/qemu-capabilities.js';
import { readCapabilities } from '../../src/qemu/capabilities.js';
import { probedDrivers } from '../../src/qemu/capabilities-drivers.js';
import { findQemu } from '../../src/qemu/find.js';
import { whyNoQemu } from '../qmp/real-qemu.js';
import { amdMachine, notesMachine, plainMachine } from '../support/hosts.js';
import { imageFile, kvmWorks, plan } from '../support/planning.js';
import { recorded, whyNoRecordings } from '../support/qemu.js';
import { skipBecause } from '../support/skip.js';

const folder = import.meta.dirname;
const uefi = {
  code: '/usr/share/OVMF/OVMF_CODE_4M.fd',
  codeFormat: 'raw',
  variables: '/usr/share/OVMF/OVMF_VARS_4M.fd',
  variablesFormat: 'raw',
  machines: ['pc-q35-*', 'pc-i440fx-*'],
  features: ['verbose-dynamic'],
} as const;
const hosts: Readonly<Record<string, () => HostFacts>> = {
  notes: notesMachine,
  amd: amdMachine,
  old: () => ({ ...plainMachine(4), ioUring: false, vhostNet: false }),
};

function compileFile(name: string, capabilities: QemuCapabilities | null = null): QemuCommand {
  const text = readFileSync(join(folder, `${name}.yaml`), 'utf8');
  const host = hosts[/^# host: (\w+)$/m.exec(text)?.[1] ?? 'notes'];
  if (!host) throw new Error(`${name}.yaml names a host that is not known here`);
  const files = {
    '/specs/plain.raw': { ...imageFile, direct: false },
    '/dev/vg0/data': { ...imageFile, kind: 'block' },
  } as const;
  const qemu = { ...kvmWorks, capabilities };
  return compileCommand(plan(text, { host: { ...host(), firmware: [uefi] }, files, qemu }));
}

const names = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

describe('a spec and its command line', () => {
  it.each(names.map((file) => file.slice(0, -'.yaml'.length)))('%s', (name) => {
    const golden = join(folder, `${name}.args`);
    const compiled = `${shellText(compileFile(name))}\n`;
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, compiled);
    expect(compiled).toBe(readFileSync(golden, 'utf8'));
  });
});

/** NAME.args is for QEMU 7.2, and NAME.qemu-10.0.args for 10.0 where that differs. */
describe('for other QEMUs', () => {
  skipBecause(whyNoRecordings);

  it.each(names.map((file) => file.slice(0, -'.yaml'.length)))('%s', async (name) => {
    const [old, current] = [await recorded('7.2.0'), await recorded('10.0.0')];
    const forOld = compileFile(name, old);
    const forCurrent = compileFile(name, current);
    expect(shellText(forOld)).toBe(shellText(compileFile(name)));
    expect([...checkCommand(forOld, old), ...checkCommand(forCurrent, current)]).toEqual([]);

    const own = join(folder, `${name}.qemu-10.0.args`);
    const compiled = `${shellText(forCurrent)}\n`;
    const differs = compiled !== `${shellText(forOld)}\n`;
    if (process.env.UPDATE_GOLDEN) {
      if (differs) writeFileSync(own, compiled);
      else rmSync(own, { force: true });
    }
    expect(existsSync(own)).toBe(differs);
    if (differs) expect(compiled).toBe(readFileSync(own, 'utf8'));
  });
});

describe('for the QEMU here', () => {
  skipBecause(whyNoQemu);

  it.each(names.map((file) => file.slice(0, -'.yaml'.length)))(
    '%s names only properties that are there',
    async (name) => {
      const qemu = await readCapabilities(findQemu() ?? '');
      const found = checkCommand(compileFile(name, qemu), qemu);
      // A build may lack a driver; a property that it lacks is one that we made up.
      expect(found.filter(({ code }) => code === 'qemu.unknown-property')).toEqual([]);
    },
  );
});

describe('every driver that is emitted', () => {
  it('is asked for its properties', () => {
    const devices = names.flatMap((file) => {
      const { options } = compileFile(file.slice(0, -'.yaml'.length));
      return options.filter(({ group, flag }) => group !== 'extra' && flag === '-device');
    });
    const drivers = devices.map(({ value = '' }) => /^\{"driver":"([^"]+)"|^([^,]+)/.exec(value)?.slice(1));
    const emitted = new Set(drivers.map((found) => found?.find((name) => name !== undefined) ?? '?'));
    const unasked = [...emitted]
      .map((driver) => driverAliases[driver] ?? driver.replace(/-(non-)?transitional$/, ''))
      .filter((driver) => !probedDrivers.includes(driver));
    expect(unasked).toEqual([]);
  });
});
