import { beforeEach, describe, expect, it, vi } from 'vitest';
import { VmError } from '../../../src/errors.js';
import { up } from '../../../src/runtime/up.js';
import type { Vm } from '../../../src/runtime/vm.js';
import { inProcess } from '../support/in-process.js';

vi.mock('../../../src/runtime/up.js', () => ({ up: vi.fn() }));

const { run } = inProcess();

beforeEach(() => {
  vi.mocked(up)
    .mockReset()
    .mockImplementation(async (spec, options) => {
      options?.onProgress?.('starting QEMU');
      return { name: spec } as Vm;
    });
});

describe('vm up', () => {
  it('tells each step, and what can be done next', async () => {
    const { stdout, stderr, code } = await run('up demo');
    expect({ stdout, code }).toEqual({ stdout: '', code: 0 });
    expect(stderr).toMatch(/^demo: starting QEMU\ndemo: running after 0\.\d\d s \(vm console demo\)\n$/);
    expect((await run('up demo --paused')).stderr).toMatch(
      /demo: paused after 0\.\d\d s \(vm resume demo\)\n$/,
    );
  });

  it('passes its flags on', async () => {
    await run('up demo --set a=1 --set b=2 --wait agent --timeout 2m --paused');
    expect(up).toHaveBeenCalledExactlyOnceWith(
      'demo',
      expect.objectContaining({ overrides: ['a=1', 'b=2'], wait: 'agent', timeout: 120, paused: true }),
    );
  });

  it('shows warnings of QEMU', async () => {
    vi.mocked(up).mockImplementation(async (_spec, options) => {
      options?.onWarning?.('no svm');
      return { name: 'demo' } as Vm;
    });
    expect((await run('up vms/demo.yaml')).stderr).toMatch(/^vm: warning: demo: no svm\ndemo: running/);
  });

  it('starts the others when one fails; the first failure decides the exit code', async () => {
    vi.mocked(up).mockImplementation(async (spec) => {
      if (spec === 'a') throw new VmError('host.disk', 'no disk');
      if (spec === 'b') throw new VmError('qemu.died', 'it died');
      return { name: spec } as Vm;
    });
    const { stderr, code } = await run('up a b c c');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^vm: no disk\nvm: it died\nc: running after/);
    expect(up).toHaveBeenCalledTimes(3);
  });

  it('undoes at the first Ctrl-C and asks for patience at the second', async () => {
    let undone: (error: Error) => void = () => undefined;
    vi.mocked(up).mockImplementation(
      (_spec, options) =>
        new Promise((_resolve, reject) => {
          undone = reject;
          options?.signal?.addEventListener('abort', () => options.onProgress?.('undoing'));
        }),
    );
    const running = run('up demo');
    await vi.waitFor(() => expect(up).toHaveBeenCalled());
    process.emit('SIGINT', 'SIGINT');
    process.emit('SIGINT', 'SIGINT');
    undone(new VmError('interrupted.up', 'the start of demo was interrupted; all is undone'));
    expect(await running).toEqual({
      stdout: '',
      stderr:
        'demo: undoing\nvm: what was begun is being undone; it takes a moment\nvm: the start of demo was interrupted; all is undone\n',
      code: 130,
    });
    expect(process.listenerCount('SIGINT')).toBe(0);
  });
});
