/** One question to a monitor, with as little work as can be, for those who ask many. */
import { createConnection } from 'node:net';
import type { QmpCommandName, QmpReturns } from './types.js';

const id = 1;

/**
 * Connects, negotiates and asks in one write, without waiting for the greeting: QEMU takes what it is sent in order.
 * @param command one without arguments.
 * @param timeout seconds.
 * @returns undefined where no answer came, whatever the reason: {@link QmpClient} finds that out.
 */
export function ask<Name extends QmpCommandName>(
  path: string,
  command: Name,
  timeout: number,
): Promise<QmpReturns<Name> | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ path });
    const timer = setTimeout(() => end(undefined), timeout * 1000);
    let text = '';
    function end(answer: QmpReturns<Name> | undefined): void {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    }
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
      const answer = answerIn(text);
      if (answer !== undefined) end(answer.return as QmpReturns<Name> | undefined);
    });
    socket.on('error', () => end(undefined));
    socket.on('close', () => end(undefined));
    socket.write(`{"execute":"qmp_capabilities"}\n{"execute":"${command}","id":${id}}\n`);
  });
}

/** The line with our id, once it is whole. */
function answerIn(text: string): { readonly return?: unknown } | undefined {
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    if (!line.includes(`"id": ${id}`)) continue;
    const message = parse(line);
    if (message?.id === id) return message;
  }
  return undefined;
}

function parse(line: string): { readonly id?: unknown; readonly return?: unknown } | undefined {
  try {
    return JSON.parse(line) as { id?: unknown; return?: unknown };
  } catch {
    return undefined;
  }
}
