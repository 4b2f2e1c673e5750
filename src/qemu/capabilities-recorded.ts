/** A recorded QMP session stands in for a QEMU that is not here: requests and replies in turn, as libvirt's tests keep them. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { VmError } from '../errors.js';
import type { QemuCapabilities } from '../plan/qemu-capabilities.js';
import { printable } from '../spec/printable.js';
import { capabilitiesOf, type Question } from './capabilities-answers.js';
import { isObject, type JsonObject } from './capabilities-json.js';

/** A session has 1 MB; what is far larger is something else, or a bomb. */
const mostBytes = 32 * 1024 * 1024;
const unpackTimeoutMs = 20_000;
const xzMagic = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);

/**
 * Reads a recorded session, plain or compressed by xz: JSON documents separated by blank lines, each request before its reply.
 * @throws VmError `usage.qemu-capabilities` if it can't be read or is none.
 */
export async function readRecordedCapabilities(file: string): Promise<QemuCapabilities> {
  const session = await readSession(file);
  const { answers, drivers } = pairUp(file, session);
  try {
    return capabilitiesOf((question) => answers.get(keyOf(question)), drivers);
  } catch (cause) {
    throw refused(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

async function readSession(file: string): Promise<string> {
  const path = resolve(file);
  const content = await readBounded(file, path);
  if (!content.subarray(0, xzMagic.length).equals(xzMagic)) return content.toString('utf8');
  try {
    const options = { maxBuffer: mostBytes, timeout: unpackTimeoutMs, killSignal: 'SIGKILL' } as const;
    return (await promisify(execFile)('xz', ['-dc', '--', path], options)).stdout;
  } catch (cause) {
    const { code, stderr } = cause as { code?: unknown; stderr?: unknown };
    if (code === 'ENOENT') throw refused(file, 'it is compressed, and there is no xz here', cause);
    if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') throw refused(file, 'it is too large', cause);
    const [words = ''] = (typeof stderr === 'string' ? stderr : '').trim().split('\n');
    throw refused(file, words.replace(/^xz: /, '') || "xz can't unpack it", cause);
  }
}

async function readBounded(file: string, path: string): Promise<Buffer> {
  try {
    // The open of a pipe would wait for a writer else.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await handle.stat();
      if (!found.isFile()) throw refused(file, 'it is no file');
      if (found.size > mostBytes) throw refused(file, 'it is too large');
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof VmError) throw cause;
    throw refused(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

interface Session {
  /** The first answer to each question that was no error. */
  readonly answers: ReadonlyMap<string, unknown>;
  /** Those whose properties were asked. */
  readonly drivers: readonly string[];
}

function pairUp(file: string, session: string): Session {
  const answers = new Map<string, unknown>();
  const drivers = new Set<string>();
  let question: Question | undefined;
  for (const [index, part] of session.split(/\n\s*\n/).entries()) {
    if (part.trim() === '') continue;
    const document = parse(file, part, index);
    const asked = questionOf(document);
    if (asked !== undefined) question = asked;
    else if (question !== undefined && 'return' in document) {
      const key = keyOf(question);
      if (!answers.has(key)) answers.set(key, document.return);
      const { typename } = question.arguments ?? {};
      if (question.execute === 'device-list-properties' && typename !== undefined) drivers.add(typename);
    }
  }
  if (!answers.has('query-version')) throw refused(file, 'it has no answer to query-version');
  if (!answers.has('query-qmp-schema')) throw refused(file, 'it has no answer to query-qmp-schema');
  return { answers, drivers: [...drivers] };
}

function parse(file: string, part: string, index: number): JsonObject {
  try {
    const document: unknown = JSON.parse(part);
    if (isObject(document)) return document;
  } catch {
    // Told below, as what is JSON but no object is.
  }
  throw refused(file, `its part ${index + 1} is no JSON object`);
}

function questionOf({ execute, arguments: given }: JsonObject): Question | undefined {
  if (typeof execute !== 'string') return undefined;
  const { typename, implements: type } = isObject(given) ? given : {};
  const known = {
    ...(typeof typename === 'string' ? { typename } : {}),
    ...(typeof type === 'string' ? { implements: type } : {}),
  };
  return { execute, arguments: known };
}

function keyOf({ execute, arguments: given = {} }: Question): string {
  return [execute, ...Object.entries(given).map(([name, value]) => `${name}=${value}`)].join(' ');
}

function refused(file: string, why: string, cause?: unknown): VmError {
  return new VmError(
    'usage.qemu-capabilities',
    `${printable(file)} is no recorded session of a QEMU: ${why}`,
    {
      cause,
      hint: 'It must hold QMP requests and replies in turn, JSON documents separated by blank lines, plain or compressed by xz.',
    },
  );
}
