import { describe, expect, it } from 'vitest';
import { imported, told } from './domain.js';

describe('I/O threads of a domain', () => {
  it('keep how they wait, by their place in the spec', () => {
    const result = imported({
      inside: `<iothreads>2</iothreads><iothreadids>
          <iothread id='7' thread_pool_min='2' thread_pool_max='8'><poll max='100' grow='3' shrink='4'/></iothread><iothread id='9'/>
        </iothreadids><defaultiothread thread_pool_max='16'/>`,
    });
    expect(result.spec).toMatchObject({
      ioThreads: 2,
      ioThreadSettings: [{ thread: 0, poolMin: 2, poolMax: 8, pollMaxNs: 100, pollGrow: 3, pollShrink: 4 }],
      mainLoop: { poolMax: 16 },
    });
    expect(told(result)).toEqual([]);
  });
});

describe('heterogeneous memory of a domain', () => {
  const cpu = (links: string, cache = '') => `<cpu><numa>
      <cell id='0' cpus='0-1' memory='512' unit='MiB'>${cache}</cell><cell id='1' memory='512' unit='MiB'/>
      <interconnects>${links}</interconnects></numa></cpu>`;

  it('keeps caches, and what is told of one way in one place', () => {
    const result = imported({
      inside: cpu(
        `<latency initiator='0' target='1' type='read' value='40'/><bandwidth initiator='0' target='1' type='read' value='1024' unit='KiB'/>
         <latency initiator='0' target='0' cache='1' type='access' value='4'/>`,
        "<cache level='1' associativity='full' policy='writethrough'><size value='8' unit='MiB'/><line value='64' unit='B'/></cache>",
      ),
    });
    expect(result.spec.numa).toEqual([
      {
        caches: [{ level: 1, size: '8MiB', associativity: 'complex', policy: 'write-through', line: 64 }],
        cpus: '0-1',
        memory: '512MiB',
        paths: [
          { to: 1, access: 'read', latency: 40, bandwidth: '1MiB' },
          { to: 0, cache: 1, access: 'access', latency: 4 },
        ],
      },
      { memory: '512MiB' },
    ]);
    expect(told(result)).toEqual([]);
  });

  it('tells of latencies that begin at no cell', () => {
    const links = "<latency initiator='5' target='0' type='access' value='4'/>";
    expect(told(imported({ inside: cpu(links) }))).toEqual([
      expect.stringContaining('there is no cell 5 for its latencies to begin at'),
    ]);
  });
});
