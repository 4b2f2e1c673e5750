/** `vm top` on a terminal: draws what comes, and obeys the keys. */
import type { WriteStream } from 'node:tty';
import type { VmLoad } from '../../index.js';
import { rawMode, type TerminalInput } from '../console/terminal.js';
import { styleFor } from '../render/style.js';
import { renderScreen, type SortKey, sortKeys } from '../render/top.js';
import { drawing, openScreen } from './screen.js';

interface WatchOptions {
  readonly input: TerminalInput;
  readonly output: WriteStream;
  /** Aborted to end the loads, by q or Ctrl-C too. */
  readonly stop: AbortController;
}

const ctrlC = '\x03';

/** Ends with the loads; the terminal is as before then, whatever ended them. */
export async function watch(
  loads: AsyncIterable<readonly VmLoad[]>,
  { input, output, stop }: WatchOptions,
): Promise<void> {
  let key: SortKey = 'cpu';
  let vms: readonly VmLoad[] = [];
  const style = styleFor(output);
  const draw = () => output.write(drawing(renderScreen(vms, key, output, style)));
  const typed = (chunk: Buffer) => {
    for (const character of chunk.toString('latin1')) {
      if (character === 'q' || character === ctrlC) stop.abort();
      key = sortKeys.find((each) => each.startsWith(character)) ?? key;
    }
    draw();
  };
  const restoreKeys = rawMode(input);
  const restoreScreen = openScreen(output);
  input.on('data', typed);
  output.on('resize', draw);
  try {
    draw();
    for await (vms of loads) draw();
  } finally {
    input.off('data', typed);
    output.off('resize', draw);
    restoreScreen();
    restoreKeys();
    input.pause();
    input.unref?.();
  }
}
