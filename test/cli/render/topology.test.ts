import { describe, expect, it } from 'vitest';
import { flow } from '../../../src/cli/render/boxes.js';
import { plain, styleFor } from '../../../src/cli/render/style.js';
import { renderTopology } from '../../../src/cli/render/topology.js';
import { renderTopologySvg } from '../../../src/cli/render/topology-svg.js';
import { mapHost, type PlacedVm } from '../../../src/plan/host-map.js';
import { hostFacts, hybridMachine, offlineSiblings, unknownMachine } from '../../support/hosts.js';

const web: PlacedVm = {
  name: 'web',
  placement: {
    vcpus: [
      { vcpu: 0, cpu: 1, cpus: [1], node: 0, core: 1 },
      { vcpu: 1, cpu: null, cpus: [2, 3], node: 0, core: null },
    ],
    emulator: [],
    ioThreads: [[0], [0, 4]],
    housekeeping: [0, 4],
  },
};

describe('renderTopology', () => {
  it('draws cores side by side as far as they fit, and explains what there is', () => {
    expect(renderTopology(mapHost(offlineSiblings(), [web]), plain, 60)).toBe(`\
Socket 0
  Node 0, 64GiB, 60GiB available
    L3 of CPUs 0-4,6 (32MiB), up to 4500 MHz
      core 0: 0 host   4 host    core 1: 1 web/0
      core 2: 2 -      6 -       core 3: 3 -
Offline: 5,7

web/0: vCPU 0 of VM web; host: stays the host's; -: free

VM   VCPUS  CPUS  EMULATOR  I/O THREADS
web      2  1-3   any       0 | 0,4
`);
  });

  it('parts kinds of cores, and keeps one core a row on a narrow terminal', () => {
    const lines = renderTopology(mapHost(hybridMachine(), []), plain, 10).split('\n');
    expect(lines.filter((line) => line.includes('L3'))).toEqual([
      '    L3 of CPUs 0-19 (32MiB), performance cores, up to 4500 MHz',
      '    L3 of CPUs 0-19 (32MiB), efficiency cores, up to 3300 MHz',
    ]);
    expect(lines.slice(3, 5)).toEqual(['      core 0: 0 host  1 host', '      core 1: 2 -     3 -']);
    expect(lines).toHaveLength(3 + 6 + 1 + 8 + 3);
  });

  it('says that nothing is known, and colours only what it is told to', () => {
    expect(renderTopology(mapHost(unknownMachine(), []), plain, 80)).toBe(
      'The CPUs of this machine are unknown.\n',
    );
    const style = styleFor({ isTTY: true }, { TERM: 'xterm' });
    expect(renderTopology(mapHost(offlineSiblings(), [web]), style, 100)).toContain('\u001b[36m1 web/0');
  });
});

describe('renderTopologySvg', () => {
  const picture = renderTopologySvg(mapHost(offlineSiblings(), [{ ...web, name: '<w&"b>' }]));

  it('has a box for each online CPU, with what it is there for', () => {
    expect([...picture.matchAll(/<title>(.*)<\/title>/g)].map(([, title]) => title)).toEqual([
      'CPUs of this host',
      'CPU 0: host',
      'CPU 4: host',
      'CPU 1: &lt;w&amp;&quot;b&gt;/0',
      'CPU 2: -',
      'CPU 6: -',
      'CPU 3: -',
    ]);
    expect(picture).toContain('>Offline: 5,7</text>');
  });

  it('is well formed, whatever a name is', () => {
    expect(picture).not.toContain('<w&');
    const open = [...picture.matchAll(/<(svg|g|text|title)[ >]/g)].length;
    const closed = [...picture.matchAll(/<\/(svg|g|text|title)>/g)].length;
    expect(open).toBe(closed);
  });

  it('draws a machine with isolated CPUs, and with CPUs that are not ours', () => {
    const host = hostFacts({ coresPerL3: 4, isolated: [2], allowed: [0, 1, 2] });
    const drawn = renderTopologySvg(mapHost(host, []));
    expect(drawn).toContain("isolated: free, and isolated from the kernel's scheduler");
    expect(drawn).toContain('outside: not in our cpuset');
  });
});

describe('flow', () => {
  const box = (width: number, height: number) => ({
    width,
    height,
    draw: (x: number, y: number) => [`${x},${y}`],
  });

  it('fills rows, and gives a wide box one for itself', () => {
    const all = flow([box(10, 5), box(10, 8), box(50, 3), box(10, 5)], 30);
    expect(all).toMatchObject({ width: 50, height: 8 + 6 + 3 + 6 + 5 });
    expect(all.draw(100, 200)).toEqual(['100,200', '116,200', '100,214', '100,223']);
  });
});
