/** Aligned columns for people. */
import type { Ink, Style } from './style.js';
import { displayWidth, pad } from './width.js';

export interface Column<Row> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly cell: (row: Row) => string;
  readonly ink?: (row: Row) => Ink | undefined;
}

/** A line of titles and a line a row, two spaces between columns, nothing at the ends of lines. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style: Style,
): string[] {
  const widths = columns.map(({ title, cell }) =>
    Math.max(displayWidth(title), ...rows.map((row) => displayWidth(cell(row)))),
  );
  const line = (cells: readonly string[], ink: (column: number) => Ink | undefined) =>
    cells
      .map((text, index) => inked(text, widths[index] ?? 0, columns[index]?.align, ink(index), style))
      .join('  ')
      .trimEnd();
  const titles = line(
    columns.map(({ title }) => title),
    () => 'bold',
  );
  return [
    titles,
    ...rows.map((row) =>
      line(
        columns.map(({ cell }) => cell(row)),
        (index) => columns[index]?.ink?.(row),
      ),
    ),
  ];
}

/** The ink covers the text, not the spaces around it. */
function inked(
  text: string,
  width: number,
  align: 'left' | 'right' | undefined,
  ink: Ink | undefined,
  style: Style,
): string {
  const padded = pad(text, width, align);
  if (ink === undefined || text === '') return padded;
  return padded.replace(text, () => style(ink, text));
}

/** A line a field: its name, then its value; values of several lines go on below each other. */
export function renderFields(
  fields: readonly (readonly [name: string, value: string])[],
  style: Style,
): string[] {
  const width = Math.max(0, ...fields.map(([name]) => displayWidth(name)));
  return fields.flatMap(([name, value]) =>
    value.split('\n').map((line, index) => {
      const label = index === 0 ? name : '';
      return `${inked(label, width, 'left', 'dim', style)}  ${line}`.trimEnd();
    }),
  );
}
