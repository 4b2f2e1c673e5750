/** Whether the guest can be reached by SSH. */
import { createConnection } from 'node:net';

/** Seconds for a server to say its first line; a guest that is busy booting takes its time. */
const patience = 2;

/**
 * Whether an SSH server speaks there: it does so first (RFC 4253, 4.2). That a connection succeeds says nothing, for QEMU takes it before
 * it asks the guest. Never rejects.
 */
export function sshAnswers(host: string, port: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, ...(signal === undefined ? {} : { signal }) });
    let text = '';
    socket.setTimeout(patience * 1000, () => socket.destroy());
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      if (text.length >= 4) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.once('end', () => socket.destroy());
    socket.once('close', () => resolve(text.startsWith('SSH-')));
  });
}
