/** Colour, where the reader is a terminal. */
import { styleText } from 'node:util';

export type Ink = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Puts ink on a text, or leaves it as it is. */
export type Style = (ink: Ink, text: string) => string;

export const plain: Style = (_ink, text) => text;

const coloured: Style = (ink, text) => styleText(ink, text, { validateStream: false });

/** Colour only on a terminal that can show it, and not against the reader's wish (https://no-color.org). */
export function styleFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Style {
  const wanted = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return wanted ? coloured : plain;
}
