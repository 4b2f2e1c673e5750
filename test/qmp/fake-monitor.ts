import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QmpClient } from '../../src/qmp/client.js';

interface Request {
  execute: string;
  arguments?: unknown;
  id?: number;
}

export const greeting = {
  QMP: { version: { qemu: { major: 7, minor: 2, micro: 22 }, package: 'fake' }, capabilities: ['oob'] },
};

/** The server's end of one connection: what a test says for QEMU. */
export class Peer {
  readonly requests: Request[] = [];
  #text = '';
  #arrived: (() => void) | undefined;
  readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      this.#text += chunk.toString('latin1').replaceAll('\xff', '');
      const lines = this.#text.split('\n');
      this.#text = lines.pop() ?? '';
      this.requests.push(...lines.map((line) => JSON.parse(line) as Request));
      this.#arrived?.();
    });
  }

  async next(): Promise<Request> {
    for (;;) {
      const request = this.requests.shift();
      if (request !== undefined) return request;
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }

  send(...messages: object[]): void {
    this.sendText(messages.map((message) => `${JSON.stringify(message)}\r\n`).join(''));
  }

  sendText(text: string): void {
    this.socket.write(text);
  }

  /** Greets and answers qmp_capabilities, with these messages right behind. */
  async negotiate(...more: object[]): Promise<void> {
    this.send(greeting);
    const { id } = await this.next();
    this.send({ return: {}, id }, ...more);
  }
}

/** A unix socket on which each connection plays this script. */
export class FakeMonitor {
  readonly path: string;
  readonly #server: Server;
  readonly #folder: string;
  readonly #sockets = new Set<Socket>();

  private constructor(folder: string, script: (peer: Peer) => unknown) {
    this.#folder = folder;
    this.path = join(folder, 'monitor.sock');
    this.#server = createServer({ allowHalfOpen: false }, (socket) => {
      this.#sockets.add(socket);
      void script(new Peer(socket));
    });
  }

  static async start(script: (peer: Peer) => unknown): Promise<FakeMonitor> {
    const monitor = new FakeMonitor(await mkdtemp(join(tmpdir(), 'fake-monitor-')), script);
    monitor.#server.listen(monitor.path);
    await once(monitor.#server, 'listening');
    return monitor;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true });
  }
}

/** A client of a monitor that has negotiated and plays this script from there. */
export async function connected(script: (peer: Peer) => unknown) {
  const monitor = await FakeMonitor.start(async (peer) => {
    await peer.negotiate();
    await script(peer);
  });
  const client = await QmpClient.connect(monitor.path);
  return {
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      await monitor[Symbol.asyncDispose]();
    },
  };
}
