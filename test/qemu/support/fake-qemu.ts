/** Binaries that stand for a QEMU: a wrapper that counts its starts, one that speaks just enough QMP, and bad ones. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for one test, with the cache and the temporary files in it. */
export class QemuHome {
  readonly folder = mkdtempSync(join(tmpdir(), 'vmq-'));
  readonly #before = { TMPDIR: process.env.TMPDIR, VM_CACHE_DIR: process.env.VM_CACHE_DIR };

  constructor() {
    process.env.TMPDIR = this.folder;
    process.env.VM_CACHE_DIR = join(this.folder, 'cache');
  }

  /** An executable file with this text. */
  binary(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text, { mode: 0o755 });
    return path;
  }

  /** A wrapper of the real QEMU that notes each start. */
  counted(): string {
    writeFileSync(join(this.folder, 'starts'), '');
    return this.binary('qemu', `#!/bin/sh\necho x >> ${this.folder}/starts\nexec qemu-system-x86_64 "$@"\n`);
  }

  starts(): number {
    return readFileSync(join(this.folder, 'starts'), 'utf8').length / 2;
  }

  /** A QEMU of three drivers, which dies when asked for the properties of those in `deadly`. */
  fake(deadly: readonly string[]): string {
    return this.binary(
      'fake',
      `#!${process.execPath}\n(${fakeQemu.toString()})(${JSON.stringify(deadly)});\n`,
    );
  }

  dispose(): void {
    for (const [name, value] of Object.entries(this.#before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs in a process of its own: it can use nothing from outside. */
function fakeQemu(deadly: readonly string[]): void {
  const { createServer } = process.getBuiltinModule('node:net');
  const { createInterface } = process.getBuiltinModule('node:readline');
  const path = /^unix:(.*?),server/.exec(process.argv.at(-1) ?? '')?.[1];
  const version = { qemu: { major: 9, minor: 9, micro: 1 }, package: 'fake' };
  const answers: Record<string, unknown> = {
    'query-version': version,
    'qom-list-types': [{ name: 'igb' }, { name: 'nvme' }, { name: 'ramfb' }, { name: 'virtio-gpu-gl-pci' }],
    'device-list-properties': [{ name: 'addr' }],
  };
  createServer((socket) => {
    socket.write(`${JSON.stringify({ QMP: { version, capabilities: [] } })}\n`);
    createInterface(socket).on('line', (line) => {
      const {
        execute,
        arguments: given,
        id,
      } = JSON.parse(line) as {
        execute: string;
        arguments?: { typename?: string };
        id: number;
      };
      if (deadly.includes(given?.typename ?? '')) process.kill(process.pid, 'SIGKILL');
      const answer = answers[execute] ?? (execute === 'qmp_capabilities' ? {} : []);
      socket.write(`${JSON.stringify({ return: answer, id })}\n`);
    });
  }).listen(path);
}
