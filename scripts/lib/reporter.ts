import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { SerializedError } from 'vitest';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';

/** One skipped test, as `scripts/test` prints it. */
interface SkippedTest {
  readonly name: string;
  readonly reason: string;
}

/**
 * Writes the totals of a vitest run to a file, for `scripts/test`: the lines
 * `passed N`, `failed N`, and one `skipped NAME: REASON` for each skipped test. The reason is what the test gave
 * to `context.skip()`.
 *
 * A skipped end-to-end test with `TCG` in its name counts as failed: TCG works everywhere, so there is no excuse.
 * A file that could not be loaded and an error outside of all tests count as one failure each. Tests that `-t`
 * leaves out do not count at all.
 */
export class TotalsReporter implements Reporter {
  private readonly file: string;
  private pattern: RegExp | undefined;

  /** @param file is overwritten at the end of the run. */
  constructor(file: string) {
    this.file = file;
  }

  onInit(vitest: Vitest): void {
    this.pattern = vitest.config.testNamePattern;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const skipped: SkippedTest[] = [];
    let passed = 0;
    let failed = errors.length;
    for (const module of modules) {
      if (module.errors().length > 0) failed += 1;
      const path = relative(process.cwd(), module.moduleId);
      for (const test of module.children.allTests()) {
        if (this.isLeftOut(test)) continue;
        const result = test.result();
        if (result.state === 'passed') passed += 1;
        else if (result.state === 'failed') failed += 1;
        else {
          const reason = (result.state === 'skipped' ? result.note : undefined) ?? 'no reason given';
          const name = `${path} > ${test.fullName}`;
          if (isForbiddenSkip(path, test)) {
            failed += 1;
            console.error(`FAILED, must not be skipped: ${name}: ${reason}`);
          } else skipped.push({ name, reason });
        }
      }
    }
    writeTotals(this.file, passed, failed, skipped);
  }

  /** Whether `-t PATTERN` excludes the test; vitest matches names joined by spaces. */
  private isLeftOut(test: TestCase): boolean {
    return this.pattern !== undefined && test.fullName.replaceAll(' > ', ' ').search(this.pattern) < 0;
  }
}

function isForbiddenSkip(path: string, test: TestCase): boolean {
  return path.startsWith('test/e2e/') && test.fullName.includes('TCG');
}

function writeTotals(file: string, passed: number, failed: number, skipped: readonly SkippedTest[]): void {
  const lines = skipped.map(({ name, reason }) => `skipped ${name}: ${reason}`.replaceAll(/\s+/g, ' '));
  writeFileSync(file, [`passed ${passed}`, `failed ${failed}`, ...lines, ''].join('\n'));
}
