import { beforeEach, describe, expect, it, vi } from 'vitest';
import { VmError } from '../../../src/errors.js';
import { up } from '../../../src/runtime/up.js';
import type { Vm } from '../../../src/runtime/vm.js';
import { inProcess } from '../support/in-process.js';
import { statusOf } from '../support/samples.js';

vi.mock('../../../src/runtime/up.js', () => ({ up: vi.fn() }));

const { run } = inProcess();
const vm = {
  name: 'demo',
  resume: vi.fn<Vm['resume']>(),
  status: vi.fn<Vm['status']>(),
  down: vi.fn<Vm['down']>(),
  logs: vi.fn<Vm['logs']>(),
  wait: vi.fn<Vm['wait']>(),
};

async function* printed(...chunks: readonly string[]): AsyncGenerator<string, void, undefined> {
  yield* chunks;
}

/** The guest prints, then goes on until the signal comes. */
async function* endless(...[options]: Parameters<Vm['logs']>): AsyncGenerator<string, void, undefined> {
  if (options?.signal?.aborted) return;
  yield 'up\n';
  await new Promise((resolve) => options?.signal?.addEventListener('abort', resolve));
}

beforeEach(() => {
  vi.mocked(up)
    .mockReset()
    .mockResolvedValue(vm as unknown as Vm);
  vm.resume.mockReset().mockResolvedValue();
  vm.status.mockReset().mockRejectedValue(new VmError('state.no-such-vm', 'there is no VM demo here'));
  vm.down.mockReset().mockResolvedValue({ how: 'guest', seconds: 1 });
  vm.wait.mockReset().mockResolvedValue();
  vm.logs.mockReset().mockReturnValue(printed('hello\n', 'bye\n'));
  vi.spyOn(process, 'stdin', 'get').mockReturnValue({ isTTY: false } as typeof process.stdin);
});

function send<T>(result: T): T {
  process.emit('SIGTERM', 'SIGTERM');
  return result;
}

/** Runs until the guest has printed, then gets these signals, each when the last one has had its effect. */
async function interrupted(...effects: readonly (() => void)[]) {
  vm.logs.mockImplementation(endless);
  const running = run('run demo');
  await vi.waitFor(() => expect(vm.logs).toHaveBeenCalled());
  for (const effect of effects) {
    process.emit('SIGTERM', 'SIGTERM');
    await vi.waitFor(effect);
  }
  return running;
}

describe('vm run', () => {
  it('shows all that the guest prints from its first instruction on, and ends with it', async () => {
    expect(await run('run demo')).toEqual({
      stdout: 'hello\nbye\n',
      stderr: 'demo: the guest powered off\n',
      code: 0,
    });
    expect(up).toHaveBeenCalledExactlyOnceWith('demo', expect.objectContaining({ paused: true }));
    expect(vm.resume).toHaveBeenCalledOnce();
    expect(vm.down).not.toHaveBeenCalled();
  });

  it('tells a QEMU that died, clears it away, and exits with 4', async () => {
    vm.status.mockResolvedValue(statusOf({ state: 'crashed', lastWords: ['boom'] }));
    const { stderr, code } = await run('run demo');
    expect(code).toBe(4);
    expect(stderr).toMatch(/^vm: the QEMU of demo died\n {2}boom\nhint: /);
    expect(vm.down).toHaveBeenCalledOnce();
  });

  it('asks the guest to power off at a signal, and exits with 0 when it did', async () => {
    const { stderr, code } = await interrupted(() => expect(vm.down).toHaveBeenCalledOnce());
    expect({ stderr, code }).toEqual({ stderr: 'demo: the guest powered off after 1.00 s\n', code: 0 });
  });

  it.each<[string, () => void]>([
    ['as its start ends', () => vi.mocked(up).mockImplementation(async () => send(vm as unknown as Vm))],
    ['as the guest begins to run', () => vm.resume.mockImplementation(async () => send(undefined))],
  ])('takes the VM away at a signal that comes %s', async (_when, arrange) => {
    arrange();
    vm.logs.mockImplementation(endless);
    const { stderr, code } = await run('run demo');
    expect({ stderr, code }).toEqual({ stderr: 'demo: the guest powered off after 1.00 s\n', code: 0 });
    expect(vm.down).toHaveBeenCalledOnce();
    expect(process.listenerCount('SIGTERM')).toBe(0);
  });

  it('ends QEMU by force at a second signal, and exits with 4', async () => {
    vm.down
      .mockImplementationOnce(
        (options) =>
          new Promise((_resolve, reject) => {
            options?.signal?.addEventListener('abort', () =>
              reject(new VmError('interrupted.down', 'interrupted')),
            );
          }),
      )
      .mockResolvedValueOnce({ how: 'quit', seconds: 0.1 });
    const { stderr, code } = await interrupted(
      () => expect(vm.down).toHaveBeenCalledTimes(1),
      () => expect(vm.down).toHaveBeenCalledTimes(2),
    );
    expect(vm.down).toHaveBeenLastCalledWith(expect.objectContaining({ force: true }));
    expect({ stderr, code }).toEqual({
      stderr:
        'demo: QEMU was told to quit, and did after 0.10 s\nvm: demo did not power off and was ended by force\n',
      code: 4,
    });
  });

  it('waits for the end of a guest whose serial port goes elsewhere', async () => {
    vm.logs.mockImplementation(() => {
      throw new VmError('state.no-log', 'there is no serial log of demo');
    });
    const { stderr, code } = await run('run demo');
    expect({ stderr, code }).toEqual({
      stderr: 'vm: warning: there is no serial log of demo\ndemo: the guest powered off\n',
      code: 0,
    });
    expect(vm.wait).toHaveBeenCalledExactlyOnceWith('stopped', { signal: expect.any(AbortSignal) });
  });

  it('takes the VM away when its output cannot be shown', async () => {
    vm.logs.mockImplementation(() => {
      throw new VmError('host.output', 'the output is full');
    });
    const { stderr, code } = await run('run demo');
    expect({ stderr, code }).toEqual({
      stderr: 'vm: the output is full\ndemo: the guest powered off after 1.00 s\n',
      code: 3,
    });
  });

  it('reports a start that failed', async () => {
    vi.mocked(up).mockRejectedValue(new VmError('host.disk', 'no disk'));
    expect(await run('run demo')).toEqual({ stdout: '', stderr: 'vm: no disk\n', code: 3 });
    expect(vm.down).not.toHaveBeenCalled();
  });
});
