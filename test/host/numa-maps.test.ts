import { expect, it } from 'vitest';
import { parseNumaMaps, readHugepagesOf } from '../../src/host/numa-maps.js';
import { openRoot } from '../../src/host/root.js';

it('counts huge pages by size and node, and no others', () => {
  const text = `55f11c169000 default file=/usr/bin/qemu mapped=2 N0=2 kernelpagesize_kB=4
7f0000000000 bind:0 file=/memfd:ram\\040(deleted) huge dirty=16 N0=12 N1=4 kernelpagesize_kB=2048
7f0040000000 bind:1 file=/memfd:ram\\040(deleted) huge dirty=3 N1=3 kernelpagesize_kB=2048
7f0080000000 default file=/memfd:ram\\040(deleted) huge dirty=1 N1=1 kernelpagesize_kB=1048576
7f00c0000000 default file=/memfd:ram\\040(deleted) huge
`;
  expect(parseNumaMaps(text)).toEqual([
    { pageBytes: 2 * 1024 ** 2, node: 0, pages: 12 },
    { pageBytes: 2 * 1024 ** 2, node: 1, pages: 7 },
    { pageBytes: 1024 ** 3, node: 1, pages: 1 },
  ]);
});

it('has nothing to say of a process that is gone', () => {
  expect(readHugepagesOf(openRoot(), 2 ** 30)).toEqual([]);
});
