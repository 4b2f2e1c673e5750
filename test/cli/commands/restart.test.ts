import { beforeEach, describe, expect, it, vi } from 'vitest';
import { get, type Vm } from '../../../src/runtime/vm.js';
import { inProcess } from '../support/in-process.js';

vi.mock('../../../src/runtime/vm.js', () => ({ get: vi.fn() }));

const { run } = inProcess();
const restart = vi.fn<Vm['restart']>();

beforeEach(() => {
  restart.mockReset().mockImplementation(async () => ({ name: 'demo' }) as Vm);
  vi.mocked(get).mockImplementation((name) => ({ name, restart }) as unknown as Vm);
});

describe('vm restart', () => {
  it('leaves what is not given to the library, the overrides of the start above all', async () => {
    const { stdout, stderr, code } = await run('restart demo');
    expect({ stdout, code }).toEqual({ stdout: '', code: 0 });
    expect(stderr).toMatch(/^demo: running again after \d/);
    expect(Object.keys(restart.mock.calls[0]?.[0] ?? {}).sort()).toEqual([
      'onProgress',
      'onWarning',
      'signal',
    ]);
  });

  it('passes its flags on', async () => {
    await run('restart demo --set a=1 --set b=2 --force --timeout 2s --paused');
    expect(restart).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ overrides: ['a=1', 'b=2'], force: true, timeout: 2, paused: true }),
    );
  });
});
