import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectionsIn, explainSilence } from '../../src/qmp/held.js';

const header = 'Num       RefCount Protocol Flags    Type St Inode Path\n';
const name = '/run/vm/worker/control.sock';

const row = (flags: string, state: string, inode: number, path: string) =>
  `ffff9c0c41a3b000: 00000002 00000000 ${flags} 0001 ${state} ${String(inode).padStart(5)} ${path}\n`;
const listening = (path = name) => row('00010000', '01', 4711, path);
const accepted = (path = name) => row('00000000', '03', 4712, path);
const waiting = (path = name) => row('00000000', '02', 0, path);
const unnamed = 'ffff9c0c41a3b400: 00000003 00000000 00000000 0001 03 25817\n';

const explain = (rows: string[], names = [name]) =>
  explainSilence(connectionsIn(Buffer.from(header + rows.join(''), 'latin1'), names));

describe('explainSilence', () => {
  it.each([
    ['another client was accepted, we wait', [listening(), accepted(), waiting()], 'held'],
    ['in any order, among others', [waiting(), unnamed, accepted(), unnamed, listening()], 'held'],
    ['nobody was accepted', [listening(), waiting()], 'unanswered'],
    ['we were accepted, then QEMU fell silent', [listening(), accepted()], 'unanswered'],
    ['only another socket is held', [listening(), waiting(), accepted(`${name}2`)], 'unanswered'],
    ['the socket is not in the table', [unnamed, listening('/elsewhere')], 'unknown'],
    ['there is no table', [], 'unknown'],
  ])('%s', (_, rows, verdict) => {
    expect(explain(rows)).toBe(verdict);
  });

  it('takes rows of any of the names', () => {
    expect(explain([accepted('/a'), waiting('/b')], ['/b', '/a'])).toBe('held');
  });

  it('does not take the beginning of a longer name for the name', () => {
    const longer = `${name}\nsecond line`;
    expect(explain([listening(), waiting(), accepted(longer), unnamed])).toBe('unanswered');
    expect(explain([listening(longer), waiting(longer), accepted(longer), unnamed], [longer])).toBe('held');
  });

  it('finds names of any characters', () => {
    const anyName = fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => `/${text}`);
    fc.assert(
      fc.property(anyName, (path) => {
        const bytes = Buffer.from(path).toString('latin1');
        expect(explain([listening(bytes), accepted(bytes), unnamed, waiting(bytes)], [path])).toBe('held');
      }),
    );
  });
});
