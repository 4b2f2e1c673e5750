import { beforeEach } from 'vitest';

/** Skips the tests of a `describe`, with the reason, where there is one. */
export function skipBecause(reason: string | undefined): void {
  beforeEach((context) => {
    if (reason !== undefined) context.skip(reason);
  });
}
