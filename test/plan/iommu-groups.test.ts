import { expect, it } from 'vitest';
import type { PciDeviceFacts } from '../../src/plan/facts.js';
import { passthrough } from '../../src/plan/iommu-groups.js';

function device(
  address: string,
  iommuGroup: number | null,
  more: Partial<PciDeviceFacts> = {},
): PciDeviceFacts {
  return {
    address,
    vendor: '8086',
    device: '1572',
    class: '020000',
    driver: null,
    iommuGroup,
    node: 0,
    ...more,
  };
}
const use = 'the default route goes through it (eth0)';
const port = device('0000:00:01.0', 1, { class: '060400' });
const gpu = device('0000:01:00.0', 1);
const sound = device('0000:01:00.1', 1);
const alone = device('0000:02:00.0', 2);
const needed = device('0000:03:00.0', 3, { use });
const mate = device('0000:03:00.1', 3);
const loose = device('0000:04:00.0', null);
const all = [port, gpu, sound, alone, needed, mate, loose];

it.each([
  [port, { guest: 'no', together: [], reason: 'it is a bridge' }],
  [gpu, { guest: 'group', together: ['0000:01:00.1'], reason: 'its group has 0000:01:00.1 too' }],
  [alone, { guest: 'alone', together: [], reason: null }],
  [needed, { guest: 'no', together: [], reason: use }],
  [mate, { guest: 'no', together: [], reason: `of its group, the host needs 0000:03:00.0: ${use}` }],
  [loose, { guest: 'no', together: [], reason: 'it is in no IOMMU group' }],
])('judges $address', (one, expected) => {
  expect(passthrough(one, all)).toEqual(expected);
});
