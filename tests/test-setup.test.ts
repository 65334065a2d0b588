import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coveredFolders } from '../tools/coverage.ts';
import { functionsOnSqliteAlone, recordRun } from './support/statement-plans/ran-statements.ts';
import { createInstantTimer, createTestTimer } from './support/test-timer.ts';

/** What the set-up of the tests would leave out without a word, and what its timers promise. */

/** Tests that no project of vitest.config.ts finds. */
function lostTests(path: string): readonly string[] {
  const isTest = /\.(test|spec)\.[cm]?[jt]sx?$/.test(path);
  return isTest && !/^(src|tests)\/.*\.test\.ts$/.test(path) ? [path] : [];
}

/** A threshold for files that are not there is always reached. */
function withoutSources(folder: string, paths: readonly string[]): boolean {
  return !paths.some((path) => path.startsWith(`${folder}/`) && !/\.(test|fixture)\./.test(path));
}

const paths = globSync('{*,{bench,bin,src,tests,tools}/**/*}').map((path) => path.replaceAll('\\', '/'));

test('each test is where a project of vitest.config.ts finds it', () => {
  expect(paths.length).toBeGreaterThan(500);
  expect(paths.flatMap(lostTests)).toEqual([]);
});

test('each folder with a threshold for its coverage holds sources', () => {
  expect(coveredFolders.filter((folder) => withoutSources(folder, paths))).toEqual([]);
});

describe('the rules can fail', () => {
  test.for(['x.test.ts', 'bench/x.test.ts', 'tools/x.test.ts', 'src/x.test.tsx', 'tests/x.spec.ts'])(
    'no project finds %s',
    (path) => {
      expect(lostTests(path)).toEqual([path]);
    },
  );

  test.for(['src/base/x.test.ts', 'tests/x.test.ts', 'tests/cli/x.test.ts', 'bench/x.ts'])('%s is not lost', (path) => {
    expect(lostTests(path)).toEqual([]);
  });

  test('a folder with tests alone holds no sources', () => {
    expect(withoutSources('src/a', ['src/a/x.test.ts', 'src/ab/x.ts'])).toBe(true);
    expect(withoutSources('src/a', ['src/a/b/x.ts'])).toBe(false);
  });
});

test.for([createTestTimer(), createInstantTimer()])(
  'a sleep with a signal that is aborted rejects at once',
  async (timer) => {
    await expect(timer.sleep(1_000, AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORT_ERR' });
    expect(timer.sleeps).toEqual([]);
  },
);

test('a function whose statements ran on SQLite alone is named, and none that shares one with another', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-ran-'));
  try {
    const ran = (sql: string, source: string) => ({ sql, source, parameters: [], isPrepared: false });
    recordRun('sqlite', [ran('select a from x where b = ?', 'src/x.ts find')], folder);
    recordRun('sqlite', [ran('select c from x', 'src/x.ts list'), ran('select d from y', 'src/y.ts list')], folder);
    expect(functionsOnSqliteAlone(folder)).toEqual(['src/x.ts find', 'src/x.ts list', 'src/y.ts list']);
    recordRun('postgres', [ran('select a from x where b = $1', 'src/z.ts find')], folder);
    recordRun('postgres', [ran('select e from y', 'src/y.ts list')], folder);
    expect(functionsOnSqliteAlone(folder)).toEqual(['src/x.ts list']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
