import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VmPlan } from '../../src/plan/plan.js';
import { compile } from '../../src/runtime/compile.js';
import { prepareNvram } from '../../src/runtime/nvram.js';
import { makePlace, type Place } from './support.js';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.clear());

async function plan(template: string): Promise<VmPlan> {
  const compiled = await compile(place.spec('a'));
  const { paths } = compiled.plan;
  const firmware = {
    type: 'uefi',
    code: '/code.fd',
    codeFormat: 'raw',
    codeWritable: false,
    template,
    variables: paths.nvram,
    variablesFormat: 'raw',
    secure: false,
  } as const;
  return { ...compiled.plan, boot: { ...compiled.plan.boot, firmware } };
}

describe('prepareNvram', () => {
  it('copies the template once, and keeps what the guest has written since', async () => {
    const template = join(place.folder, 'VARS.fd');
    writeFileSync(template, 'template', { mode: 0o444 });
    const made = await plan(template);
    await prepareNvram(made);
    expect(readFileSync(made.paths.nvram, 'utf8')).toBe('template');
    expect(statSync(made.paths.nvram).mode & 0o777).toBe(0o600);
    writeFileSync(made.paths.nvram, 'changed');
    await prepareNvram(made);
    expect(readFileSync(made.paths.nvram, 'utf8')).toBe('changed');
    expect(readdirSync(made.paths.stateFolder)).toEqual(['nvram.fd']);
  });

  it('takes away what a launch left that was killed at it', async () => {
    const template = join(place.folder, 'VARS.fd');
    writeFileSync(template, 'template', { mode: 0o444 });
    const made = await plan(template);
    mkdirSync(made.paths.stateFolder, { recursive: true });
    writeFileSync(`${made.paths.nvram}.new`, 'half', { mode: 0o444 });
    await prepareNvram(made);
    expect(readFileSync(made.paths.nvram, 'utf8')).toBe('template');
    expect(readdirSync(made.paths.stateFolder)).toEqual(['nvram.fd']);
  });

  it('says what cannot be copied', async () => {
    const made = await plan(join(place.folder, 'missing.fd'));
    await expect(prepareNvram(made)).rejects.toMatchObject({
      code: 'host.nvram',
      message: expect.stringContaining('missing.fd'),
    });
    expect(readdirSync(made.paths.stateFolder)).toEqual([]);
  });
});
