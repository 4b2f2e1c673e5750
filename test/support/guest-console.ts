/** Talks to the shell of the guest of scripts/guest over its first serial port. */
import { connect, type Socket } from 'node:net';
import { until } from './cli.js';

/** What the guest's `report` says: "key: value" lines. */
export type Report = ReadonlyMap<string, string>;

export class GuestConsole {
  private text = '';

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      this.text += chunk;
    });
    // A guest that ends takes its console along; what then is missing is told by who waits for it.
    socket.on('error', () => {});
  }

  /** @param path of the serial port's socket. */
  static async open(path: string): Promise<GuestConsole> {
    const socket = connect(path);
    await new Promise<void>((done, fail) => {
      socket.once('connect', () => done());
      socket.once('error', fail);
    });
    const guest = new GuestConsole(socket);
    // The first line brings the shell, which introduces itself.
    await guest.run('true');
    return guest;
  }

  /** What a command prints in the guest; fails if it does not succeed there. */
  async run(command: string, seconds = 30): Promise<string> {
    this.text = '';
    // The words of the markers are apart in what is typed, because the terminal echoes it.
    this.type(`echo vm-test"":begin; ${command}; echo vm-test"":$?:end`);
    const [, output = '', status] = await until(
      `the guest has run ${command}`,
      () => /vm-test:begin\r?\n(.*?)vm-test:(\d+):end/s.exec(this.text) ?? undefined,
      seconds,
    );
    if (status !== '0') throw new Error(`${command} ended with ${status} in the guest: ${output}`);
    return output.replaceAll('\r', '').trim();
  }

  /** Types a line without waiting: for what ends the guest. */
  type(line: string): void {
    this.socket.write(`${line}\n`);
  }

  async report(): Promise<Report> {
    const lines = (await this.run('report')).split('\n');
    return new Map(
      lines.flatMap((line) => {
        const [, key, value] = /^(\S+): (.*)$/.exec(line) ?? [];
        return key === undefined || value === undefined ? [] : [[key, value] as const];
      }),
    );
  }

  close(): void {
    this.socket.destroy();
  }
}
