import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node';
import { plansFolder } from '../tests/support/statement-plans/checked-statements.ts';
import { functionsOnSqliteAlone } from '../tests/support/statement-plans/ran-statements.ts';

/**
 * Fails a run in which a function of the product ran its statements on SQLite and never on PostgreSQL: not every test runs on
 * both, so a statement that PostgreSQL refuses could pass unnoticed. A run of only some tests is not checked.
 */
export class BothEnginesReporter implements Reporter {
  readonly #files: Readonly<Record<string, number>>;
  #isWhole = false;

  /** `files` are how many test files each project of an engine has. */
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
    const missing = functionsOnSqliteAlone(folder);
    if (missing.length === 0) {
      console.log('Every function whose statements ran on SQLite had PostgreSQL run statements too.');
      return;
    }
    console.error(
      `No test has PostgreSQL run the statements of:\n  ${missing.join('\n  ')}\nLet one that does run on both engines (tests/support/on-sqlite.ts, tests/support/select-tests.ts); where one does, let the function await what it returns.`,
    );
    process.exitCode = 1;
  }
}
