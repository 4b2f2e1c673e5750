import { describe, expect, it } from 'vitest';
import { joinUndo, parseJournal, type Undo } from '../../../src/host/tuning/journal.js';

const value = (from: string, to: string): Undo => ({ kind: 'value', path: '/sys/a', from, to });
const text = (undo: unknown) => JSON.stringify({ version: 1, undo });

describe('the journal', () => {
  it('keeps the first state of a thing, and the last that we gave it', () => {
    const file = (before: string | null, after: string): Undo => ({
      kind: 'file',
      path: '/etc/a',
      before,
      after,
    });
    const known: Undo[] = [value('1', '2'), file(null, 'x'), { kind: 'module', name: 'm' }];
    const coming: Undo[] = [
      file('x', 'y'),
      value('2', '3'),
      { kind: 'module', name: 'm' },
      { kind: 'folder', path: '/etc/a' },
    ];
    expect(joinUndo(known, coming)).toEqual([
      value('1', '3'),
      file(null, 'y'),
      { kind: 'module', name: 'm' },
      { kind: 'folder', path: '/etc/a' },
    ]);
  });

  it('reads back as what was written', () => {
    const undo: Undo[] = [
      { kind: 'value', path: '/a', from: '1', to: '2', while: { path: '/b', value: '25' } },
      { kind: 'file', path: '/c', before: null, after: 'x' },
      { kind: 'folder', path: '/d' },
      { kind: 'mount', path: '/e' },
      { kind: 'module', name: 'f' },
    ];
    expect(parseJournal(text(undo))).toEqual(undo);
  });

  it.each([
    '',
    '[]',
    '{"version": 2, "undo": []}',
    '{"version": 1}',
    text([null]),
    text([{ kind: 'value', path: 'relative', from: '1', to: '2' }]),
    text([{ kind: 'value', path: '/a', from: 1, to: '2' }]),
    text([{ kind: 'file', path: '/a', before: 1, after: '' }]),
    text([{ kind: 'module' }]),
    text([{ kind: 'other', path: '/a' }]),
  ])('is not %j', (broken) => {
    expect(parseJournal(broken)).toBeUndefined();
  });
});
