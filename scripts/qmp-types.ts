/**
 * Makes src/qmp/schema.generated.ts: asks a QEMU for its own `query-qmp-schema`.
 *
 * Usage: npx tsx scripts/qmp-types.ts [QEMU]        (default: qemu-system-x86_64)
 *
 * Made from the oldest QEMU that is supported, so that what compiles works on newer ones too; what those took out again is
 * marked in qmp-types/selection.ts.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QmpClient } from '../src/qmp/client.js';
import { renderTypes } from './qmp-types/render.js';
import type { SchemaEntity } from './qmp-types/schema.js';
import { selection } from './qmp-types/selection.js';

async function askQemu(binary: string): Promise<{ schema: SchemaEntity[]; version: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'qmp-types-'));
  const socket = join(folder, 'qmp.sock');
  const exited = new AbortController();
  const qemu = spawn(
    binary,
    ['-machine', 'none', '-nodefaults', '-display', 'none', '-qmp', `unix:${socket},server=on,wait=off`],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  qemu.on('error', (error) => exited.abort(error));
  qemu.on('exit', (code) => exited.abort(new Error(`${binary} ended with ${code}.`)));
  try {
    const client = await QmpClient.connectWhenReady(socket, { timeout: 10, signal: exited.signal });
    const schema = (await client.executeRaw('query-qmp-schema')) as unknown as SchemaEntity[];
    const { qemu: number } = client.greeting.version;
    await client.execute('quit');
    await client.close();
    return { schema, version: `${number.major}.${number.minor}.${number.micro}` };
  } finally {
    qemu.kill();
    await rm(folder, { recursive: true });
  }
}

const [, , binary = 'qemu-system-x86_64'] = process.argv;
const { schema, version } = await askQemu(binary);
const { text, missing } = renderTypes(schema, selection, version);
const target = new URL('../src/qmp/schema.generated.ts', import.meta.url);
await writeFile(target, text);
process.stderr.write(`${target.pathname}: ${text.split('\n').length} lines, from QEMU ${version}\n`);
if (missing.length > 0) process.stderr.write(`This QEMU lacks: ${missing.join(', ')}\n`);
