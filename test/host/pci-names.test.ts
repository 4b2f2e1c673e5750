import { expect, it } from 'vitest';
import { parsePciNames } from '../../src/host/pci-names.js';

const list = `# a list
8086  Maker of Chips
\t1237  Bridge of old
\t\t1af4 1100  Machine of somebody
\t1572  Card for networks
10de  Maker of Pictures
\t2684  Big one
C 02  Network controller
\t00  Ethernet controller
C 03  Display controller
\t00  VGA compatible controller
\t\t00  VGA controller
`;

it('names devices by vendor and number, and classes by subclass, else by class', () => {
  const { devices, classes } = parsePciNames(list, [
    { vendor: '8086', device: '1572', class: '020000' },
    { vendor: '8086', device: '1af4', class: '030200' },
    { vendor: '10de', device: '2684', class: '030000' },
    { vendor: '1234', device: '2684', class: '0d0000' },
  ]);
  expect([...devices]).toEqual([
    ['8086:1572', 'Maker of Chips Card for networks'],
    // A subsystem's vendor is no device.
    ['8086:1af4', 'Maker of Chips device 1af4'],
    ['10de:2684', 'Maker of Pictures Big one'],
  ]);
  expect([...classes]).toEqual([
    ['0200', 'Ethernet controller'],
    ['0302', 'Display controller'],
    ['0300', 'VGA compatible controller'],
  ]);
});
