/** `vm top` of a real VM, for scripts and on a terminal: util-linux' script(1) makes one. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VmLoad } from '../../src/index.js';
import { TestHome, until } from '../support/cli.js';
import { bareSpec } from '../support/specs.js';

const cli = resolve(import.meta.dirname, '../../dist/cli/vm.cjs');
const enter = '\x1b[?1049h';
const leave = '\x1b[?1049l';

describe('vm top', () => {
  let home: TestHome;
  beforeAll(async () => {
    home = new TestHome();
    const disk = home.file('disk.raw', new Uint8Array(1024 ** 2));
    const file = home.spec(
      'busy',
      bareSpec({ cpu: { vcpus: 1 }, disks: [{ source: disk, format: 'raw', id: 'data' }] }),
    );
    expect(await home.vm('up', file)).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await home.vm('down', 'busy', '--force');
    home.dispose();
  });

  it('tells scripts what each VM does', async () => {
    const vms = await home.json<VmLoad[]>('top', '--once', '--interval', '200ms');
    const { pid } = await home.json<{ pid: number }>('status', 'busy');
    expect(vms).toMatchObject([{ name: 'busy', pid, hugepages: 0, networks: [] }]);
    expect(vms[0]?.memory).toBeGreaterThan(1024 ** 2);
    expect(vms[0]?.vcpus.map(({ vcpu }) => vcpu)).toEqual([0]);
    expect(vms[0]?.disks?.map(({ id }) => id)).toEqual(['data']);
    const { stdout } = await home.vm('top', 'busy', '--once', '--interval', '100ms');
    expect(stdout).toMatch(/^VM .*\nbusy +\d+\.\d%.*\n {2}vCPU 0/);
  });

  it('refuses a VM that is not there, and to draw on what is no terminal', async () => {
    expect(await home.vm('top', 'nobody', '--once')).toMatchObject({ code: 6 });
    expect(await home.vm('top')).toMatchObject({ code: 64 });
  });

  /** `vm top` on a terminal of its own, between two looks at its settings. */
  function onTerminal(...prefix: string[]) {
    const words = [...prefix, process.execPath, cli, 'top', '--interval', '100ms'].map((word) => `'${word}'`);
    const command = `stty cols 100 rows 20; stty -g; ${words.join(' ')}; echo "rc $?"; stty -g`;
    const env = { ...process.env, VM_RUNTIME_DIR: home.runtime, VM_STATE_DIR: home.state };
    const child = spawn('script', ['-qec', command, '/dev/null'], { env, stdio: 'pipe' });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    return {
      type: (keys: string) => child.stdin.write(keys),
      shows: (line: string) => until(line, () => text.includes(line)),
      ended: new Promise<string>((done) => child.on('close', () => done(text))),
    };
  }

  /** Nothing is drawn once the first screen is back, and the terminal's settings are those of before. */
  function expectRestored(text: string, code: number): void {
    expect(text.slice(text.indexOf(enter), text.indexOf(leave))).toContain('vCPU 0');
    expect(text.slice(text.indexOf(leave))).toContain(`rc ${code}`);
    const [before, after] = text.match(/^[0-9a-f]+(?::[0-9a-f]+)+(?=\r?$)/gm) ?? [];
    expect(before).toBeDefined();
    expect(after).toBe(before);
  }

  it.each(['q', '\x03'])('draws on a terminal until %j, and leaves it as it was', async (key) => {
    const { type, shows, ended } = onTerminal();
    await shows('busy');
    type('m');
    await shows('by memory');
    type(key);
    expectRestored(await ended, 0);
  });

  it('leaves the terminal as it was when it is ended from outside', async () => {
    const { shows, ended } = onTerminal('timeout', '--foreground', '4');
    await shows('busy');
    expectRestored(await ended, 124);
  });
});
