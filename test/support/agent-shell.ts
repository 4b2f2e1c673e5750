/** Runs commands in a guest through its QEMU guest agent. QEMU: docs/interop/qemu-ga.rst, qga/qapi-schema.json (guest-exec). */
import { type Connection, openConnection } from '../../src/qmp/connection.js';
import { encodeMessage, type JsonObject, MessageReader } from '../../src/qmp/wire.js';
import type { CliResult } from './cli.js';

/** No byte of UTF-8: it makes either side forget what came before. */
const sentinel = 0xff;
/** Seconds for one answer; nothing that is asked for here takes long. */
const patience = 20;
const pollInterval = 20;

const late = () => new Error(`the guest agent does not answer within ${patience} s`);

export class AgentShell {
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(private readonly connection: Connection) {}

  static async open(path: string): Promise<AgentShell> {
    const reader = new MessageReader({ startByte: sentinel });
    const connection = await openConnection(path, { timeout: patience }, late, reader);
    const id = Math.floor(Math.random() * 2 ** 31);
    const sync = encodeMessage({ execute: 'guest-sync-delimited', arguments: { id } });
    connection.send(Buffer.concat([Buffer.of(sentinel), Buffer.from(sync)]));
    let message = await connection.next({ timeout: patience }, late);
    while (message.return !== id) message = await connection.next({ timeout: patience }, late);
    return new AgentShell(connection);
  }

  /** Runs a script of bash to its end, or for so many seconds. Several may run at a time. */
  async run(script: string, { input = '', seconds = 60 } = {}): Promise<CliResult> {
    const { pid } = await this.ask('guest-exec', {
      path: '/usr/bin/timeout',
      arg: [String(seconds), '/bin/bash', '-c', script],
      env: [
        'HOME=/root',
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        'LC_ALL=C.UTF-8',
      ],
      'input-data': Buffer.from(input).toString('base64'),
      'capture-output': true,
    });
    for (;;) {
      const status = await this.ask('guest-exec-status', { pid: Number(pid) });
      if (status.exited === true) {
        const text = (key: string) => Buffer.from(String(status[key] ?? ''), 'base64').toString('utf8');
        const code = status.exitcode === undefined ? null : Number(status.exitcode);
        return { code, stdout: text('out-data'), stderr: text('err-data') };
      }
      await new Promise((wake) => setTimeout(wake, pollInterval));
    }
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** One question at a time: answers carry no id. */
  private ask(execute: string, words: JsonObject): Promise<JsonObject> {
    const answer = this.turn.then(async () => {
      this.connection.send({ execute, arguments: words });
      const message = await this.connection.next({ timeout: patience }, late);
      if (typeof message.return !== 'object') throw new Error(`${execute}: ${JSON.stringify(message)}`);
      return message.return as JsonObject;
    });
    this.turn = answer.catch(() => undefined);
    return answer;
  }
}
