import { describe, expect, it } from 'vitest';
import { formatSeconds, labelOf, Progress, type ProgressStream } from '../../src/cli/progress.js';
import { plain } from '../../src/cli/render/style.js';

function record(options: { isTTY: boolean; columns?: number }): ProgressStream & { text: string } {
  return {
    ...options,
    text: '',
    write(text: string) {
      this.text += text;
    },
  };
}

describe('Progress', () => {
  it('is a line a step where stderr is no terminal', () => {
    const stream = record({ isTTY: false });
    const progress = new Progress(stream, plain);
    progress.step('web', 'starting QEMU');
    progress.step('db', 'starting QEMU');
    progress.step('web', 'starting QEMU');
    progress.step('web', 'placing threads');
    progress.done('web', 'running');
    progress.failed('db');
    expect(stream.text).toBe('web: starting QEMU\ndb: starting QEMU\nweb: placing threads\nweb: running\n');
  });

  it('rewrites its lines on a terminal', () => {
    const stream = record({ isTTY: true, columns: 20 });
    const progress = new Progress(stream, plain);
    progress.step('web', 'starting QEMU now');
    progress.step('db', 'x');
    progress.done('web', 'running');
    progress.around(() => stream.write('vm: error\n'));
    progress.failed('db');
    expect(stream.text).toBe(
      'web: starting QEMU…\n' +
        '\x1b[1F\x1b[Jweb: starting QEMU…\ndb: x\n' +
        '\x1b[2F\x1b[Jweb: running\ndb: x\n' +
        '\x1b[1F\x1b[Jvm: error\ndb: x\n' +
        '\x1b[1F\x1b[J',
    );
  });
});

describe('labelOf', () => {
  it.each([
    ['demo', 'demo'],
    ['vms/demo.yaml', 'demo'],
    ['/a/b.c.yml', 'b.c'],
    ['./x.json', 'x'],
    ['-', '-'],
    ['', ''],
    ['vms/', 'vms/'],
    ['.yaml', '.yaml'],
  ])('%j is %j', (spec, label) => {
    expect(labelOf(spec)).toBe(label);
  });
});

describe('formatSeconds', () => {
  it('is exact only where that matters', () => {
    expect([0.0849, 9.994, 10, 61.6].map(formatSeconds)).toEqual(['0.08 s', '9.99 s', '10 s', '62 s']);
  });
});
