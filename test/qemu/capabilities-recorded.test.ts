import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { VmError } from '../../src/errors.js';
import { readRecordedCapabilities } from '../../src/qemu/capabilities-recorded.js';
import { recorded, recordedFile, whyNoRecordings } from '../support/qemu.js';
import { skipBecause } from '../support/skip.js';

const folder = mkdtempSync(join(tmpdir(), 'vm-recorded-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function session(...exchanges: readonly (readonly [request: object, answer: unknown])[]): string {
  return exchanges
    .flatMap(([request, answer]) => [request, { return: answer, id: 1 }])
    .map((document) => JSON.stringify(document, null, 2))
    .join('\n\n');
}

const version = { qemu: { major: 8, minor: 1, micro: 2 }, package: '' };
const smallest = [
  [{ execute: 'query-version' }, version],
  [{ execute: 'query-qmp-schema' }, []],
] as const;

describe('recorded sessions', () => {
  skipBecause(whyNoRecordings);

  it.each([
    ['7.2.0', 59, 616],
    ['9.2.0', 63, 684],
    ['10.0.0', 65, 695],
  ] as const)('of QEMU %s', async (wanted, machines, devices) => {
    const qemu = await recorded(wanted);
    const [major = 0, minor = 0, micro = 0] = wanted.split('.').map(Number);
    expect(qemu.version).toEqual({ major, minor, micro });
    expect(qemu.accelerators).toEqual(['kvm', 'tcg']);
    expect([qemu.machines.length, qemu.devices.length]).toEqual([machines, devices]);
    expect(qemu.machines.find(({ alias }) => alias === 'q35')?.name).toBe(`pc-q35-${major}.${minor}`);
    expect(qemu.deviceProperties['virtio-blk-pci']).toContain('num-queues');
    expect(qemu.deviceProperties.nvme).toBeUndefined();
    expect(qemu.schema.types[qemu.schema.blockdev ?? '']?.kind).toBe('object');
    expect(JSON.stringify(qemu).length).toBeLessThan(300_000);
  });

  it('are the same unpacked', async () => {
    const text = execFileSync('xz', ['-dc', recordedFile('10.0.0')]);
    expect(await readRecordedCapabilities(file('plain.replies', text))).toEqual(await recorded('10.0.0'));
  });
});

describe('a session by hand', () => {
  it('gives what it has; the first answer counts, errors and events do not', async () => {
    const text = `${session(
      ...smallest,
      [{ execute: 'query-machines' }, [{ name: 'q', 'cpu-max': 4 }]],
      [{ execute: 'query-machines' }, []],
    )}\n\n{"event": "STOP"}\n\n{"execute": "device-list-properties", "arguments": {"typename": "a"}}\n\n{"error": {}}\n`;
    expect(await readRecordedCapabilities(file('small', text))).toMatchObject({
      version: { major: 8, minor: 1, micro: 2 },
      machines: [{ name: 'q', alias: null, deprecated: false, hotpluggableCpus: false, maxCpus: 4 }],
      devices: [],
      deviceProperties: {},
      cpuProperties: null,
      schema: { types: {}, object: null, netdev: null, blockdev: null, chardev: null },
    });
  });

  it.each<[string, () => string, string]>([
    ['a folder', () => folder, 'it is no file'],
    ['nothing', () => join(folder, 'nowhere'), 'ENOENT'],
    ['prose', () => file('prose', 'Hello.'), 'its part 1 is no JSON object'],
    ['a list', () => file('list', '[]'), 'its part 1 is no JSON object'],
    ['an empty file', () => file('empty', ''), 'it has no answer to query-version'],
    ['half a session', () => file('half', session(smallest[0])), 'it has no answer to query-qmp-schema'],
    ['a cut xz', () => file('cut.xz', pack(session(...smallest)).subarray(0, 40)), 'Unexpected end of input'],
    ['a bomb', () => file('bomb.xz', pack(Buffer.alloc(40 * 1024 ** 2))), 'it is too large'],
    ['a huge file', () => huge(), 'it is too large'],
    ['a pipe', () => pipe(), 'it is no file'],
    [
      'wrong answers',
      () => file('wrong', session(...smallest, [{ execute: 'query-machines' }, [{ name: 1 }]])),
      "QEMU's answer is not what was asked for: it should be a text",
    ],
  ])('is refused if it is %s', async (_what, make, why) => {
    await expect(readRecordedCapabilities(make())).rejects.toMatchObject({
      code: 'usage.qemu-capabilities',
      message: expect.stringContaining(why),
    });
  });

  it('with any answers is read or refused', async () => {
    const commands = ['query-qmp-schema', 'query-machines', 'qom-list-types', 'query-command-line-options'];
    const answer = fc.oneof(
      fc.jsonValue(),
      fc.array(fc.dictionary(fc.constantFrom(...keys), fc.jsonValue())),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...commands), answer, async (execute, value) => {
        const text = session([{ execute }, value], ...smallest);
        await readRecordedCapabilities(file('any', text)).catch((error: unknown) => {
          expect(error).toBeInstanceOf(VmError);
        });
      }),
      { numRuns: 200 },
    );
  });
});

const keys = ['name', 'meta-type', 'members', 'option', 'parameters', 'cpu-max', 'arg-type', '__proto__'];

function pack(content: string | Uint8Array): Buffer {
  return execFileSync('xz', ['-c'], { input: content });
}

function huge(): string {
  const path = file('huge', '');
  truncateSync(path, 33 * 1024 ** 2);
  return path;
}

function pipe(): string {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}
