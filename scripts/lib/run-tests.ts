/**
 * Runs vitest as `npm test` does, with the reporter that counts for `scripts/test`.
 * Usage: tsx scripts/lib/run-tests.ts TOTALS-FILE [ARGUMENT OF VITEST…]
 *
 * It goes through vitest's API because vitest wants a default export of a reporter that it loads by path,
 * and the project has none of these.
 */
import { parseCLI, startVitest } from 'vitest/node';
import { TotalsReporter } from './reporter.js';

const [totalsFile, ...vitestArguments] = process.argv.slice(2);
if (totalsFile === undefined) throw new Error('usage: tsx scripts/lib/run-tests.ts TOTALS-FILE [ARGUMENT…]');

const { filter, options } = parseCLI(['vitest', 'run', ...vitestArguments]);
const vitest = await startVitest('test', filter, {
  ...options,
  reporters: ['default', new TotalsReporter(totalsFile)],
});
// As the vitest command does: closes what a test left open, with its own deadline, and then exits.
await vitest.exit();
