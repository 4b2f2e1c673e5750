/** A picture of the lines: how much of what is promised each one takes. */
import { isMet, type Line } from './line.js';
import { figure } from './report.js';

const width = 860;
const labelWidth = 430;
const rowHeight = 26;
const top = 40;
/** Where a line stands that takes exactly what is promised. */
const full = 260;

/** A bar a line: the shorter the better, and at the upright line is what is promised. */
export function renderPicture(lines: readonly Line[]): string {
  const height = top + lines.length * rowHeight + 16;
  const limit = labelWidth + full;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="13">
  <title>How much of what is promised each measured line takes</title>
  <rect width="${width}" height="${height}" fill="#ffffff"/>
  <text x="${limit}" y="24" text-anchor="middle" fill="#444444">promised</text>
${lines.map(row).join('\n')}
  <line x1="${limit}" y1="30" x2="${limit}" y2="${height - 10}" stroke="#444444" stroke-dasharray="4 3"/>
</svg>
`;
}

function row(line: Line, index: number): string {
  const y = top + index * rowHeight;
  const room = width - labelWidth - 90;
  const length = Math.max(1, Math.min(room, shareOf(line) * full));
  const colour = isMet(line) ? '#3a7d44' : '#b3392f';
  return [
    `  <text x="${labelWidth - 10}" y="${y + 13}" text-anchor="end" fill="#222222">${line.what}</text>`,
    `  <rect x="${labelWidth}" y="${y + 1}" width="${length.toFixed(1)}" height="16" fill="${colour}"/>`,
    `  <text x="${(labelWidth + length + 6).toFixed(1)}" y="${y + 13}" fill="#222222">${figure(line.value, line.unit)}</text>`,
  ].join('\n');
}

/** 1 is all that is promised; less is better. */
function shareOf({ value, limit, bound }: Line): number {
  if (bound === 'at least') return limit / value;
  return limit === 0 ? value : Math.max(0, value / limit);
}
