import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { sshAnswers } from '../../src/runtime/ssh.js';

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

/** A server on a port of its own. */
async function serve(answer: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => answer(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('sshAnswers', () => {
  it('knows an SSH server by its first words, also when they come in pieces', async () => {
    const port = await serve((socket) => {
      socket.setNoDelay().write('SS');
      setTimeout(() => socket.write('H-2.0-OpenSSH_9.2\r\n'), 20);
    });
    expect(await sshAnswers('127.0.0.1', port)).toBe(true);
  });

  it('does not take another server for one, nor one that hangs up', async () => {
    const other = await serve((socket) => socket.end('220 mail\r\n'));
    expect(await sshAnswers('127.0.0.1', other)).toBe(false);
    server?.close();
    const silent = await serve((socket) => socket.end());
    expect(await sshAnswers('127.0.0.1', silent)).toBe(false);
    server?.close();
    expect(await sshAnswers('127.0.0.1', silent)).toBe(false);
  });

  it('gives up when it is told to', async () => {
    const port = await serve(() => undefined);
    expect(await sshAnswers('127.0.0.1', port, AbortSignal.timeout(20))).toBe(false);
  });
});
