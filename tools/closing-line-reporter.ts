import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { inCi } from '../tests/support/in-ci.ts';

/** Prints a last line such as "12 passed, 0 failed", which any build server can parse. Fails a run in CI that skipped a test. */
export default class ClosingLineReporter implements Reporter {
  #closingLine = 'No test ran';

  onInit(): void {
    // Prints when the process exits, because the coverage report is printed after the last call of a reporter.
    process.once('exit', (code) => {
      console.log(`${code === 0 ? '' : '\nThe run failed: the reason is above.'}\n${this.#closingLine}`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state] += 1;
      // If a file cannot be loaded or a hook fails, its tests never ran. The error counts as a failure.
      count.failed += module.errors().length;
      for (const suite of module.children.allSuites()) count.failed += suite.errors().length;
    }
    count.failed += unhandledErrors.length;
    const skipped = count.skipped + count.pending;
    this.#closingLine = `${count.passed} passed, ${count.failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
    if (inCi() && skipped > 0) {
      console.error('No test may be skipped in CI.');
      process.exitCode = 1;
    }
  }
}
