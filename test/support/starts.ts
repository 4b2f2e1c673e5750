import { expect } from 'vitest';
import type { TestHome } from './cli.js';
import { bareSpec } from './specs.js';

/** Starts a VM paused on the real QEMU, looks at what there is to see, and takes it away: nothing may be left. */
export async function startsPaused(
  home: TestHome,
  name: string,
  spec: object,
  meanwhile?: () => Promise<void>,
): Promise<void> {
  const up = await home.vm('up', home.spec(name, bareSpec(spec)), '--paused');
  expect({ name, code: up.code, stderr: up.code === 0 ? '' : up.stderr }).toEqual({
    name,
    code: 0,
    stderr: '',
  });
  expect(await home.json<{ state: string }>('status', name)).toMatchObject({ state: 'paused' });
  await meanwhile?.();
  expect(await home.vm('down', name, '--force')).toMatchObject({ code: 0 });
  expect([home.processes(), home.leftovers()]).toEqual([[], []]);
}
