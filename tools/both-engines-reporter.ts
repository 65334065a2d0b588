import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node';
import { plansFolder } from '../tests/support/statement-plans/checked-statements.ts';
import { functionsRunOnlyOnSqlite } from '../tests/support/statement-plans/ran-statements.ts';

/**
 * Fails a run if the statements of a function of the program ran on SQLite but never on PostgreSQL. Not every test runs on both
 * engines, so a statement that PostgreSQL rejects could otherwise remain unnoticed. Checks only complete runs.
 */
export class BothEnginesReporter implements Reporter {
  readonly #files: Readonly<Record<string, number>>;
  #isWhole = false;

  /** `files` maps the name of each project that runs on one engine to the number of its test files in a complete run. */
  constructor(files: Readonly<Record<string, number>>) {
    this.#files = files;
  }

  onInit({ config }: Vitest): void {
    this.#isWhole = config.testNamePattern === undefined;
  }

  onTestRunEnd(modules: readonly TestModule[], _errors: readonly unknown[], reason: TestRunEndReason): void {
    const ranOf = (name: string) => modules.filter(({ project }) => project.name === name).length;
    const folder = plansFolder();
    const hasAll = Object.entries(this.#files).every(([name, count]) => ranOf(name) === count);
    if (!this.#isWhole || !hasAll || reason !== 'passed' || folder === undefined) return;
    const missing = functionsRunOnlyOnSqlite(folder);
    if (missing.length === 0) {
      console.log('Every function whose statements ran on SQLite also ran statements on PostgreSQL.');
      return;
    }
    console.error(
      `No test runs the statements of these functions on PostgreSQL:\n  ${missing.join('\n  ')}\nRun a test that calls the function on both engines (see tests/support/on-sqlite.ts and tests/support/select-tests.ts). If such a test already runs on both, the function has to await the promise that it returns.`,
    );
    process.exitCode = 1;
  }
}
