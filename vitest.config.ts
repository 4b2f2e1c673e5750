import { defineConfig } from 'vitest/config';

/** Those that start guests: one file at a time, after the others, with time for emulation on a busy machine. */
const guests = ['test/e2e/**/*.test.ts', 'test/machine/*.test.ts', 'test/examples.test.ts'];

export default defineConfig({
  test: {
    allowOnly: false,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: guests,
          testTimeout: 20_000,
          hookTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'guests',
          include: guests,
          maxWorkers: 1,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // Types only, and made by scripts/qmp-types.ts.
      exclude: ['src/qmp/schema.generated.ts'],
      // What runs in another process is not counted: the end-to-end tests of the built command.
      reporter: [['text', { skipFull: true }], 'json-summary'],
      // With room for machines on which tests are skipped.
      thresholds: { statements: 78, branches: 76, functions: 73, lines: 79 },
    },
  },
});
