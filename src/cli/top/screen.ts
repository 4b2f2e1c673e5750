/** The terminal's second screen, and the way back from it. */
import type { WriteStream } from 'node:tty';

/** xterm's control sequences (ctlseqs): the alternate screen, without and with the cursor. */
const enter = '\x1b[?1049h\x1b[?25l';
const leave = '\x1b[?25h\x1b[?1049l';
const home = '\x1b[H';
const toLineEnd = '\x1b[K';
const toScreenEnd = '\x1b[J';

/** Draws without flicker: what was there is written over, and not taken away first. */
export function drawing(lines: readonly string[]): string {
  return `${home}${lines.map((line) => `${line}${toLineEnd}`).join('\r\n')}${toScreenEnd}`;
}

/** @returns what brings the first screen back; the end of the process does it as well, however it comes about. */
export function openScreen(output: Pick<WriteStream, 'write'>): () => void {
  const restore = () => {
    process.off('exit', restore);
    output.write(leave);
  };
  process.once('exit', restore);
  output.write(enter);
  return restore;
}
