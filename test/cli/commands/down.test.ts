import { beforeEach, describe, expect, it, vi } from 'vitest';
import { VmError } from '../../../src/errors.js';
import type { DownOptions, DownResult } from '../../../src/index.js';
import { list } from '../../../src/runtime/list.js';
import { get, type Vm } from '../../../src/runtime/vm.js';
import { inProcess } from '../support/in-process.js';

vi.mock('../../../src/runtime/list.js', () => ({ list: vi.fn() }));
vi.mock('../../../src/runtime/vm.js', () => ({ get: vi.fn() }));

const { run } = inProcess();
const down = vi.fn<(name: string, options: DownOptions) => Promise<DownResult>>();

beforeEach(() => {
  down.mockReset().mockResolvedValue({ how: 'guest', seconds: 1.2 });
  vi.mocked(get).mockImplementation(
    (name) => ({ name, down: (options: DownOptions) => down(name, options) }) as unknown as Vm,
  );
});

describe('vm down', () => {
  it.each<[DownResult['how'], string]>([
    ['guest', 'the guest powered off after 1.20 s'],
    ['quit', 'QEMU was told to quit, and did after 1.20 s'],
    ['terminated', 'QEMU was ended by SIGTERM after 1.20 s'],
    ['killed', 'QEMU was ended by SIGKILL after 1.20 s'],
    ['was-dead', 'QEMU was gone already; what it left is cleared away'],
  ])('tells how it ended: %s', async (how, sentence) => {
    down.mockResolvedValue({ how, seconds: 1.2 });
    expect(await run('down demo')).toEqual({ stdout: '', stderr: `demo: ${sentence}\n`, code: 0 });
  });

  it('passes its flags on', async () => {
    await run('down demo --timeout 1.5s --force');
    expect(down).toHaveBeenCalledExactlyOnceWith(
      'demo',
      expect.objectContaining({ timeout: 1.5, force: true }),
    );
  });

  it('leaves what is not given to the library', async () => {
    await run('down demo');
    expect(Object.keys(down.mock.calls[0]?.[1] ?? {}).sort()).toEqual(['onProgress', 'signal']);
  });

  it('stops each once, and goes on when one fails', async () => {
    down.mockImplementation(async (name) => {
      if (name === 'a') throw new VmError('state.not-stopped', 'a goes on running', { hint: 'Use --force.' });
      return { how: 'guest', seconds: 2 };
    });
    const { stdout, stderr, code } = await run('down a b b');
    expect({ stdout, code }).toEqual({ stdout: '', code: 6 });
    expect(stderr).toContain('vm: a goes on running\nhint: Use --force.\n');
    expect(stderr).toContain('b: the guest powered off after 2.00 s\n');
    expect(down).toHaveBeenCalledTimes(2);
  });

  it('takes all that are not stopped with --all', async () => {
    const vm = { pid: null, vcpus: 1, memory: 1, uptime: null };
    vi.mocked(list).mockResolvedValue([
      { ...vm, name: 'a', state: 'running' },
      { ...vm, name: 'b', state: 'stopped' },
      { ...vm, name: 'c', state: 'crashed' },
    ]);
    await run('down --all');
    expect(down.mock.calls.map(([name]) => name)).toEqual(['a', 'c']);
  });

  it('aborts at SIGTERM', async () => {
    down.mockImplementation(
      (_name, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
    );
    const running = run('down demo');
    await vi.waitFor(() => expect(down).toHaveBeenCalled());
    process.emit('SIGTERM', 'SIGTERM');
    expect(await running).toEqual({ stdout: '', stderr: 'vm: ended by SIGTERM\n', code: 130 });
  });
});
