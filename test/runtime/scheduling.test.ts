import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { userId } from '../../src/runtime/roots.js';
import { parseScheduling, readScheduling, setScheduling } from '../../src/runtime/scheduling.js';

/** 50 of the fields that follow the name; 40 is the priority and 41 the policy. */
const stat = (priority: string, policy: string) => {
  const fields = Array.from({ length: 50 }, (_, index) => `${index + 3}`);
  fields[37] = priority;
  fields[38] = policy;
  return `12 (CPU 0/KVM) ${fields.join(' ')}\n`;
};

describe('parseScheduling', () => {
  it.each([
    ['0', '0', { policy: 'other', priority: null }],
    ['7', '1', { policy: 'fifo', priority: 7 }],
    ['99', '2', { policy: 'rr', priority: 99 }],
    ['0', '3', { policy: 'batch', priority: null }],
    ['0', '5', { policy: 'idle', priority: null }],
    ['0', '6', { policy: 'deadline', priority: null }],
    ['0', '4', undefined],
    ['x', '0', undefined],
  ])('reads priority %s and policy %s', (priority, policy, expected) => {
    expect(parseScheduling(stat(priority, policy))).toEqual(expected);
  });

  it('is not misled by a name, nor by a text that is cut off', () => {
    expect(parseScheduling(stat('7', '1').replace('CPU 0/KVM', 'a) R (b'))).toEqual({
      policy: 'fifo',
      priority: 7,
    });
    expect(parseScheduling('')).toBeUndefined();
    expect(parseScheduling('12 (a) R 1 2 3')).toBeUndefined();
  });
});

describe('setScheduling', () => {
  const children: ReturnType<typeof spawn>[] = [];
  const sleeper = async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    children.push(child);
    await once(child, 'spawn');
    return child.pid ?? 0;
  };
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  it('sets what the kernel then says', async (context) => {
    if (userId() !== 0) context.skip('real time is for root');
    const [a, b, c] = [await sleeper(), await sleeper(), await sleeper()];
    const said = await setScheduling([
      { threadId: a, scheduling: { policy: 'fifo', priority: 7 } },
      { threadId: b, scheduling: { policy: 'rr', priority: 1 } },
      { threadId: c, scheduling: { policy: 'batch', priority: null } },
    ]);
    expect(said).toBe('');
    expect([a, b, c].map(readScheduling)).toEqual([
      { policy: 'fifo', priority: 7 },
      { policy: 'rr', priority: 1 },
      { policy: 'batch', priority: null },
    ]);
    await setScheduling([{ threadId: a, scheduling: { policy: 'other', priority: null } }]);
    expect(readScheduling(a)).toEqual({ policy: 'other', priority: null });
  });

  it('tells of a thread that is not there, and does the others', async () => {
    const there = await sleeper();
    const said = await setScheduling([
      { threadId: 2 ** 22 + 1, scheduling: { policy: 'idle', priority: null } },
      { threadId: there, scheduling: { policy: 'idle', priority: null } },
    ]);
    expect(said).toContain('No such process');
    expect(readScheduling(there)).toEqual({ policy: 'idle', priority: null });
    expect(readScheduling(2 ** 22 + 1)).toBeUndefined();
  });
});
