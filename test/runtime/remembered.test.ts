import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Claim } from '../../src/plan/facts.js';
import { skipBecause } from '../support/skip.js';
import { makePlace, noQemu, type Place } from './support.js';

vi.stubEnv('VM_BUILD', 'this one');
const { draftOf, planOf } = await import('../../src/runtime/draft.js');
const compiler = await import('../../src/runtime/compile.js');

let place: Place;
let spec: string;

beforeEach(() => {
  place = makePlace();
  spec = place.spec('a', { disks: [{ source: join(place.folder, 'disk.raw') }] });
  writeFileSync(join(place.folder, 'disk.raw'), Buffer.alloc(1024));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await place.clear();
});

/** Whether the spec was read and planned to give this. */
async function isPlannedAnew(act: () => Promise<unknown> = () => planOf(spec)): Promise<boolean> {
  const read = vi.spyOn(compiler, 'readDraft');
  await act();
  const count = read.mock.calls.length;
  read.mockRestore();
  return count > 0;
}

describe('a plan that is made again', () => {
  skipBecause(noQemu);

  it('is remembered, word for word', async () => {
    const first = await planOf(spec);
    expect(await isPlannedAnew()).toBe(false);
    expect(await planOf(spec)).toEqual(JSON.parse(JSON.stringify(first)));
    expect(await planOf(spec)).toEqual(
      JSON.parse(
        JSON.stringify(await compiler.compile(spec).then(({ plan, command }) => ({ plan, command }))),
      ),
    );
  });

  it.each<[string, () => void]>([
    ['the spec', () => writeFileSync(spec, readFileSync(spec, 'utf8').replace('64MiB', '65MiB'))],
    ['a file that it names', () => appendFileSync(join(place.folder, 'disk.raw'), 'more')],
    ['the environment of its paths', () => (process.env.VM_STATE_DIR = join(place.folder, 'other'))],
    ['what is remembered, by damage', () => damage('{')],
    ['what is remembered, by another build', () => damage('{"build":"another one"}')],
  ])('is made anew where %s has changed', async (_, change) => {
    await planOf(spec);
    change();
    expect(await isPlannedAnew()).toBe(true);
    expect(await isPlannedAnew()).toBe(false);
  });

  it('is made anew where a spec has changed that it extends', async () => {
    const base = place.spec('base');
    writeFileSync(spec, JSON.stringify({ extends: base, name: 'a' }));
    await planOf(spec);
    expect(await isPlannedAnew()).toBe(false);
    writeFileSync(base, readFileSync(base, 'utf8').replace('"vcpus":2', '"vcpus":3'));
    expect(await isPlannedAnew()).toBe(true);
    expect((await planOf(spec)).plan.cpu.vcpus).toBe(3);
  });

  it('is made anew where other VMs hold something else', async () => {
    const claim: Claim = { vm: 'b', exclusiveCpus: [0] };
    const plan = async (claims: Claim[]) => (await draftOf(spec)).plan(claims);
    await plan([]);
    expect(await isPlannedAnew(() => plan([claim]))).toBe(true);
    expect(await isPlannedAnew(() => plan([claim]))).toBe(false);
  });

  it('is not remembered where the command line says more', async () => {
    expect(await isPlannedAnew(() => planOf(spec, { overrides: ['cpu.vcpus=1'] }))).toBe(true);
    expect(await isPlannedAnew(() => planOf(spec, { overrides: ['cpu.vcpus=1'] }))).toBe(true);
    expect((await planOf(spec)).plan.cpu.vcpus).toBe(2);
  });
});

function damage(text: string): void {
  const folder = join(place.folder, 'cache', 'plans');
  for (const file of readdirSync(folder)) writeFileSync(join(folder, file), text);
}
