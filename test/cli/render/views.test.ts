import { describe, expect, it } from 'vitest';
import { renderEvent } from '../../../src/cli/render/event.js';
import { renderJson } from '../../../src/cli/render/json.js';
import { renderList } from '../../../src/cli/render/list.js';
import { renderStatus } from '../../../src/cli/render/status.js';
import { plain } from '../../../src/cli/render/style.js';
import { statusOf } from '../support/samples.js';

describe('renderList', () => {
  it('shows one line a VM', () => {
    const vms = [
      { name: 'demo', state: 'running', pid: 4242, vcpus: 2, memory: 256 * 1024 ** 2, uptime: 3725 },
      { name: 'broken', state: 'crashed', pid: null, vcpus: 16, memory: 16 * 1024 ** 3, uptime: null },
    ] as const;
    expect(renderList(vms, plain)).toBe(`\
NAME    STATE     PID  VCPUS  MEMORY  UPTIME
demo    running  4242      2  256MiB   1h 2m
broken  crashed     -     16   16GiB       -
`);
  });
});

describe('renderStatus', () => {
  it('shows fields and threads', () => {
    expect(renderStatus(statusOf({}), plain)).toBe(`\
name         demo
state        running
pid          4242
accelerator  tcg
vcpus        2
memory       256MiB
uptime       12s
started      2026-01-31T12:00:00.000Z
spec         /specs/demo.yaml
monitor      /run/vm/demo/user.sock
serial       /run/vm/demo/serial.sock
             /run/vm/demo/serial1.sock
next         vm console demo

THREAD            ID  CPUS
qemu-system-x8  4242  0
CPU 0/TCG       4243  1
CPU 1/TCG       4244  1-2,11
`);
  });

  it('shows the addresses of the guest', () => {
    const card = { id: 'net0', mac: '52:54:00:00:00:01' };
    const networks = [
      { ...card, addresses: ['10.77.0.9', 'fd77::9'] },
      { ...card, addresses: [] },
    ];
    expect(renderStatus(statusOf({ networks }), plain)).toContain(
      '\naddress      10.77.0.9\n             fd77::9\nmonitor ',
    );
  });

  it('shows the last words of a QEMU that crashed, unable to steer the terminal', () => {
    const text = renderStatus(
      statusOf({ state: 'crashed', pid: null, uptime: null, threads: [], lastWords: ['qemu: \x1b[2Jboom'] }),
      plain,
    );
    expect(text).toMatch(/next {9}vm console demo\n\nQEMU's last words\n {2}qemu: \\x1b\[2Jboom\n$/);
    expect(text).not.toMatch(/^pid/m);
    expect(text).not.toMatch(/^uptime/m);
  });
});

describe('renderEvent', () => {
  it('is one line, whatever the data is', () => {
    const event = {
      vm: 'demo',
      event: 'SHUTDOWN',
      data: { guest: true, reason: 'a\nb', at: { n: 1 } },
      time: 1769860800.25,
    };
    expect(renderEvent(event, plain)).toBe(
      '2026-01-31T12:00:00.250Z demo SHUTDOWN guest=true reason=a\\x0ab at={"n":1}\n',
    );
  });
});

describe('renderJson', () => {
  it('ends with a newline', () => {
    expect(renderJson([{ a: 1 }])).toBe('[\n  {\n    "a": 1\n  }\n]\n');
  });
});
