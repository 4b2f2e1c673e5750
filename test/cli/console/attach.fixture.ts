/** Attaches stdin and stdout to the socket of the first argument, as `vm console` does. Run by attach.test.ts. */
import { createConnection } from 'node:net';
import { attach } from '../../../src/cli/console/attach.js';
import { parseEscape } from '../../../src/cli/console/escape.js';
import { interruptible } from '../../../src/cli/interrupt.js';
import { quietStreams } from '../../../src/cli/output.js';

const [path = '', key = '^]'] = process.argv.slice(2);
quietStreams();
const socket = createConnection({ path });
try {
  const end = await interruptible(
    (signal) => attach(socket, { input: process.stdin, escapeKey: parseEscape(key), signal }),
    'waiting',
  );
  process.stderr.write(`END ${end}\n`);
} catch (error) {
  process.stderr.write(`END ${error instanceof Error ? `${error.name} ${error.message}` : ''}\n`);
}
