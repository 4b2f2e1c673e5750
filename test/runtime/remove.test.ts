import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathsOf } from '../../src/runtime/names.js';
import { up } from '../../src/runtime/up.js';
import { get } from '../../src/runtime/vm.js';
import { makePlace, noQemu, type Place } from './support.js';

let place: Place;
beforeEach((context) => {
  if (noQemu !== undefined) context.skip(noQemu);
  place = makePlace();
});
afterEach(() => place?.clear());

describe('remove', () => {
  it('takes away the logs of a stopped VM, and what is not ours stays', async () => {
    const vm = await up(place.spec('a', {}));
    await vm.down({ force: true });
    const { stateFolder } = pathsOf('a');
    expect(readdirSync(stateFolder)).toContain('qemu.log');
    writeFileSync(join(stateFolder, 'notes.txt'), 'mine');
    await vm.remove();
    expect(readdirSync(stateFolder)).toEqual(['notes.txt']);
  });

  it('takes away a crash', async () => {
    const vm = await up(place.spec('b', {}));
    process.kill((await vm.status()).pid ?? 0, 'SIGKILL');
    await vm.wait('stopped', { timeout: 10 });
    expect((await vm.status()).state).toBe('crashed');
    await vm.remove();
    expect([existsSync(pathsOf('b').folder), existsSync(pathsOf('b').stateFolder)]).toEqual([false, false]);
    await expect(get('b').remove()).rejects.toMatchObject({ code: 'state.no-such-vm' });
    await expect(get('b').wait('stopped')).rejects.toMatchObject({ code: 'state.no-such-vm' });
  });

  it('refuses a VM that runs', async () => {
    const vm = await up(place.spec('c', {}));
    await expect(vm.remove()).rejects.toMatchObject({ code: 'state.running' });
    expect((await vm.status()).state).toBe('running');
    await vm.down({ force: true });
  });
});
