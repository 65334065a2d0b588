import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coveredFolders } from '../tools/coverage.ts';
import { functionsRunOnlyOnSqlite, recordRun } from './support/statement-plans/ran-statements.ts';
import { createInstantTimer, createTestTimer } from './support/test-timer.ts';

/** Finds tests, coverage thresholds and statements that the test setup would skip silently, and checks the timers for tests. */

/** Returns the path in an array if it is a test file that no project of vitest.config.ts finds, and an empty array otherwise. */
function lostTests(path: string): readonly string[] {
  const isTest = /\.(test|spec)\.[cm]?[jt]sx?$/.test(path);
  return isTest && !/^(src|tests)\/.*\.test\.ts$/.test(path) ? [path] : [];
}

/** True if the folder has no source files. A coverage threshold for such a folder would always be met. */
function withoutSources(folder: string, paths: readonly string[]): boolean {
  return !paths.some((path) => path.startsWith(`${folder}/`) && !/\.(test|fixture)\./.test(path));
}

const paths = globSync('{*,{bench,bin,src,tests,tools}/**/*}').map((path) => path.replaceAll('\\', '/'));

test('every test file belongs to a project of vitest.config.ts', () => {
  expect(paths.length).toBeGreaterThan(500);
  expect(paths.flatMap(lostTests)).toEqual([]);
});

test('every folder with a coverage threshold contains sources', () => {
  expect(coveredFolders.filter((folder) => withoutSources(folder, paths))).toEqual([]);
});

describe('the rules about test files', () => {
  test.for(['x.test.ts', 'bench/x.test.ts', 'tools/x.test.ts', 'src/x.test.tsx', 'tests/x.spec.ts'])(
    'report %s, which belongs to no project',
    (path) => {
      expect(lostTests(path)).toEqual([path]);
    },
  );

  test.for(['src/base/x.test.ts', 'tests/x.test.ts', 'tests/cli/x.test.ts', 'bench/x.ts'])('accept %s', (path) => {
    expect(lostTests(path)).toEqual([]);
  });

  test('report a folder that contains only tests', () => {
    expect(withoutSources('src/a', ['src/a/x.test.ts', 'src/ab/x.ts'])).toBe(true);
    expect(withoutSources('src/a', ['src/a/b/x.ts'])).toBe(false);
  });
});

test.for([createTestTimer(), createInstantTimer()])(
  'a sleep with an aborted signal rejects immediately',
  async (timer) => {
    await expect(timer.sleep(1_000, AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORT_ERR' });
    expect(timer.sleeps).toEqual([]);
  },
);

test('a function that ran statements on SQLite is reported unless one of its statements also ran on PostgreSQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-ran-'));
  try {
    const ran = (sql: string, source: string) => ({ sql, source, parameters: [], isPrepared: false });
    recordRun('sqlite', [ran('select a from x where b = ?', 'src/x.ts find')], folder);
    recordRun('sqlite', [ran('select c from x', 'src/x.ts list'), ran('select d from y', 'src/y.ts list')], folder);
    expect(functionsRunOnlyOnSqlite(folder)).toEqual(['src/x.ts find', 'src/x.ts list', 'src/y.ts list']);
    recordRun('postgres', [ran('select a from x where b = $1', 'src/z.ts find')], folder);
    recordRun('postgres', [ran('select e from y', 'src/y.ts list')], folder);
    expect(functionsRunOnlyOnSqlite(folder)).toEqual(['src/x.ts list']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
