import { describe, expect, it } from 'vitest';
import { plain, type Style } from '../../../src/cli/render/style.js';
import { type Column, renderFields, renderTable } from '../../../src/cli/render/table.js';

interface Row {
  readonly name: string;
  readonly count: number;
}

const columns: readonly Column<Row>[] = [
  { title: 'NAME', cell: ({ name }) => name, ink: () => 'green' },
  { title: 'N', align: 'right', cell: ({ count }) => `${count}` },
  { title: 'X', cell: () => '' },
];
const rows: readonly Row[] = [
  { name: 'demo', count: 5 },
  { name: '日本語', count: 12 },
];
const marked: Style = (ink, text) => `<${ink}>${text}</>`;

describe('renderTable', () => {
  it('aligns columns by cells of the terminal and leaves no spaces at the ends of lines', () => {
    expect(renderTable(columns, rows, plain)).toEqual(['NAME     N  X', 'demo     5', '日本語  12']);
  });

  it('colours the text and not the spaces, after it was measured', () => {
    expect(renderTable(columns, rows, marked)).toEqual([
      '<bold>NAME</>     <bold>N</>  <bold>X</>',
      '<green>demo</>     5',
      '<green>日本語</>  12',
    ]);
  });

  it('shows titles alone where there is no row', () => {
    expect(renderTable(columns, [], plain)).toEqual(['NAME  N  X']);
  });
});

describe('renderFields', () => {
  it('aligns values, also those of several lines', () => {
    expect(
      renderFields(
        [
          ['name', 'demo'],
          ['serial', 'a\nb'],
          ['x', ''],
        ],
        plain,
      ),
    ).toEqual(['name    demo', 'serial  a', '        b', 'x']);
  });

  it('is empty without fields', () => {
    expect(renderFields([], plain)).toEqual([]);
  });
});
