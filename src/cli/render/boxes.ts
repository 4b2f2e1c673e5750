/** Boxes of a picture in SVG: each knows its size and draws itself at a place. */

export interface Box {
  readonly width: number;
  readonly height: number;
  /** Elements of SVG, with its left upper corner there. */
  draw(x: number, y: number): string[];
}

interface Frame {
  readonly title: string;
  readonly fill: string;
  readonly fontSize: number;
}

const padding = 8;
const spacing = 6;

/** Puts boxes side by side, in as many rows as it takes. A box that is wider than a row has one for itself. */
export function flow(boxes: readonly Box[], maxWidth: number): Box {
  const places: { box: Box; x: number; y: number }[] = [];
  let [x, y, rowHeight, width] = [0, 0, 0, 0];
  for (const box of boxes) {
    if (x > 0 && x + box.width > maxWidth) {
      y += rowHeight + spacing;
      [x, rowHeight] = [0, 0];
    }
    places.push({ box, x, y });
    width = Math.max(width, x + box.width);
    rowHeight = Math.max(rowHeight, box.height);
    x += box.width + spacing;
  }
  return {
    width,
    height: y + rowHeight,
    draw: (left, top) => places.flatMap((place) => place.box.draw(left + place.x, top + place.y)),
  };
}

/** Puts boxes below each other. */
export function stack(boxes: readonly Box[]): Box {
  return flow(boxes, 0);
}

/** A frame with a title around a box. */
export function framed(inner: Box, { title, fill, fontSize }: Frame): Box {
  const top = padding + fontSize;
  const width = Math.max(inner.width, textWidth(title, fontSize)) + 2 * padding;
  const height = top + spacing + inner.height + padding;
  return {
    width,
    height,
    draw: (x, y) => [
      rectangle({ x, y, width, height, fill }),
      text(title, x + padding, y + top - 2, fontSize),
      ...inner.draw(x + padding, y + top + spacing),
    ],
  };
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill: string;
}

export function rectangle({ x, y, width, height, fill }: Rectangle): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="3" fill="${fill}" stroke="#9aa0a6"/>`;
}

export function text(content: string, x: number, y: number, fontSize: number): string {
  return `<text x="${x}" y="${y}" font-size="${fontSize}">${escapeXml(content)}</text>`;
}

/** About what a proportional font takes: a frame must not be narrower than its title. */
export function textWidth(content: string, fontSize: number): number {
  return Math.ceil(content.length * fontSize * 0.6);
}

/** A whole picture, readable on light and dark pages alike. */
export function svg(box: Box, title: string): string {
  const [width, height] = [box.width + 2 * padding, box.height + 2 * padding];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" fill="#202124">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...box.draw(padding, padding),
    '</svg>',
    '',
  ].join('\n');
}

export function escapeXml(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
