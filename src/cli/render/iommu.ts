/** The table of `vm host iommu`. */
import type { IommuDevice, IommuGroup } from '../../index.js';
import type { Style } from './style.js';
import { type Column, renderTable } from './table.js';

interface Row extends IommuDevice {
  readonly group: string;
}

const inks = { alone: 'green', group: 'yellow', no: undefined } as const;

const columns: readonly Column<Row>[] = [
  { title: 'GROUP', align: 'right', cell: ({ group }) => group },
  { title: 'ADDRESS', cell: ({ address }) => address },
  { title: 'DRIVER', cell: ({ driver }) => driver ?? '-' },
  { title: 'GUEST', cell: guestCell, ink: ({ guest }) => inks[guest] },
  { title: 'DEVICE', cell: nameCell },
];

function guestCell({ guest, together, reason }: Row): string {
  if (guest === 'alone') return 'alone';
  return guest === 'group' ? `with ${together.join(', ')}` : `no: ${reason ?? ''}`;
}

function nameCell({ vendor, device, name, class: code, className }: Row): string {
  return `${className ?? `class ${code.slice(0, 4)}`}: ${name ?? `${vendor}:${device}`}`;
}

export function renderIommu(groups: readonly IommuGroup[], style: Style): string {
  const rows = groups.flatMap(({ group, devices }) =>
    devices.map((device, index) => ({ ...device, group: index === 0 ? (group?.toString() ?? '-') : '' })),
  );
  return `${renderTable(columns, rows, style).join('\n')}\n`;
}
