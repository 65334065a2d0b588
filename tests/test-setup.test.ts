import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coveredFolders } from '../tools/coverage.ts';
import { endRemaining, endWithFile } from './support/child-process.ts';
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

/** Returns the lines that start a process which keeps running if a test fails. */
function unendedProcesses(source: string): readonly string[] {
  return source.match(/^.*(?<!endWithFile\(\s*)\b(?:spawn|fork)\(.*$/gm) ?? [];
}

const paths = globSync('{*,{bench,bin,src,tests,tools}/**/*}').map((path) => path.replaceAll('\\', '/'));

test('every test file belongs to a project of vitest.config.ts', () => {
  expect(paths.length).toBeGreaterThan(500);
  expect(paths.flatMap(lostTests)).toEqual([]);
});

test('every folder with a coverage threshold contains sources', () => {
  expect(coveredFolders.filter((folder) => withoutSources(folder, paths))).toEqual([]);
});

test('every process that a test starts ends with the test file', () => {
  const own = paths.filter((path) => /^tests\/.*\.ts$|^src\/.*\.(?:test|fixture)\.ts$/.test(path));
  const found = own.filter((path) => path !== 'tests/test-setup.test.ts');
  expect(found.flatMap((path) => unendedProcesses(readFileSync(path, 'utf8')).map((line) => [path, line]))).toEqual([]);
});

test.for([{ detached: true }, { detached: false }])(
  'a process that is still running is ended after the tests of a file: %j',
  async ({ detached }) => {
    const wait = 'process.on("SIGTERM", () => {}); console.log("started"); setInterval(() => {}, 1_000)';
    const child = spawn(process.execPath, ['-e', wait], { detached, stdio: ['ignore', 'pipe', 'ignore'] });
    endWithFile(child, { isGroup: detached });
    await once(child.stdout, 'data');
    await endRemaining();
    expect(child.signalCode).toBe('SIGKILL');
  },
);

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

  test('report a process without endWithFile', () => {
    expect(unendedProcesses("const child = spawn('x', []);")).toHaveLength(1);
    expect(unendedProcesses("const child = endWithFile(spawn('x', []));")).toEqual([]);
    expect(unendedProcesses("const child = endWithFile(\n  spawn('x', []));")).toEqual([]);
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
