import { describe, expect, it } from 'vitest';
import { type AffinityHost, keepAffinities } from '../../src/runtime/affinities.js';
import { giveBackPartition, isolatePartition, takePartition } from '../../src/runtime/partition.js';
import { parseCpuList } from '../../src/units.js';
import { FakeCgroup } from '../support/fake-cgroup.js';

const root = '/sys/fs/cgroup';
const partition = { root, group: `${root}/vm-db`, cpus: [2, 3], enables: ['cpuset'], holder: null };

/** Process 7 has threads that somebody pinned, and one that nobody did; 20 is in a group. */
function host(forgets: boolean): { files: FakeCgroup; host: AffinityHost; pinned: string[] } {
  const files = new FakeCgroup({
    enabled: ['memory'],
    forgets,
    processes: [
      { group: '', threads: [7, 8, 9] },
      { group: 'user.slice', threads: [20] },
    ],
  });
  files.setAffinity(7, [5]);
  files.setAffinity(8, [1, 2]);
  files.setAffinity(20, [6, 7]);
  const pinned: string[] = [];
  const pin = async (lines: readonly string[]) => {
    for (const line of lines) {
      pinned.push(line);
      const [cpus = '', thread] = line.split(' ');
      files.setAffinity(Number(thread), parseCpuList(cpus) ?? []);
    }
  };
  return { files, host: { files, pin }, pinned };
}

describe('a change of cpusets', () => {
  it('leaves pinned threads where they are, on kernels that forget', async () => {
    const { files, host: here } = host(true);
    await keepAffinities(root, () => takePartition(partition, files), here);
    await keepAffinities(root, () => isolatePartition(partition, files), here);
    expect([7, 8, 9, 20].map((id) => files.cpusOf(id))).toEqual([[5], [1], [0, 1, 4, 5, 6, 7], [6, 7]]);
    await keepAffinities(root, () => giveBackPartition(partition, [], files), here);
    expect(files.cpusOf(7)).toEqual([5]);
    expect(files.cpusOf(20)).toEqual([6, 7]);
    expect(files.cpusOf(9)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('without it sets them free there', () => {
    const { files } = host(true);
    takePartition(partition, files);
    expect(files.cpusOf(7)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('pins nothing where the kernel remembers, but what has lost a CPU', async () => {
    const { files, host: here, pinned } = host(false);
    await keepAffinities(root, () => takePartition(partition, files), here);
    expect(pinned).toEqual([]);
    await keepAffinities(root, () => isolatePartition(partition, files), here);
    expect(pinned).toEqual(['1-2 8']);
  });

  it('puts them back after a change that failed too', async () => {
    const { files, host: here } = host(true);
    const failing = () => {
      takePartition(partition, files);
      throw new Error('refused');
    };
    await expect(keepAffinities(root, failing, here)).rejects.toThrow('refused');
    expect(files.cpusOf(7)).toEqual([5]);
  });
});
