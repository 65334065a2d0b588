import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nameOf, placesOf, type Source } from './support/syntax.ts';

/**
 * Tests that read the real clock can fail on a busy machine. Therefore, tests and test support use a test clock or a test timer, or count
 * steps. Code that has to measure time belongs in bench/.
 */

/** Files that need the real time, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {
  'src/scim-server/run-fuzz.fixture.ts': 'bench/fuzz.ts prints the slowest request; no test reads it',
  'tests/support/wait-until.ts': 'stops waiting for a condition that never becomes true',
};

const mayRead = /\b(performance|Date|hrtime)\b/;

function clocksOf(source: Source): readonly string[] {
  if (!mayRead.test(source.text)) return [];
  return placesOf(source).flatMap(({ node }) => {
    const isNow =
      node.type === 'MemberExpression' &&
      (/^(performance|Date)\.now$/.test(`${nameOf(node['object'])}.${nameOf(node)}`) || nameOf(node) === 'hrtime');
    const isDate =
      (node.type === 'NewExpression' || node.type === 'CallExpression') &&
      nameOf(node['callee']) === 'Date' &&
      Array.isArray(node['arguments']) &&
      node['arguments'].length === 0;
    const line = source.text.slice(0, node.start).split('\n').length;
    return isNow || isDate ? [`${source.path}:${line}: ${source.text.slice(node.start, node.end)}`] : [];
  });
}

function testSources(): readonly Source[] {
  return ['src', 'tests'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => join(folder, path))
      .filter((path) => /\.(test|fixture)\.ts$/.test(path) || /^tests\/.*\.ts$/.test(path))
      .map((path) => ({ path, text: readFileSync(path, 'utf8') })),
  );
}

test('no test reads a clock', () => {
  const sources = testSources().filter(({ path }) => !Object.hasOwn(exceptions, path));
  expect(sources.length).toBeGreaterThan(200);
  expect(sources.flatMap(clocksOf)).toEqual([]);
});

test('every file that is listed as an exception reads a clock', () => {
  const sources = testSources().filter(({ path }) => Object.hasOwn(exceptions, path));
  expect(sources.filter((source) => clocksOf(source).length > 0).map(({ path }) => path)).toEqual(
    Object.keys(exceptions),
  );
});

test.for(['performance.now()', 'Date.now()', 'process.hrtime()', 'process.hrtime.bigint()', 'new Date()', 'Date()'])(
  'the rule reports %s as a read of the clock',
  (text) => {
    expect(clocksOf({ path: 'src/x.test.ts', text: `const x = ${text};` })).toEqual([
      expect.stringContaining('src/x.test.ts:1: '),
    ]);
  },
);

test.for(['new Date(0)', 'Date.UTC(2026, 0, 5)', 'clock.now()', "'Date.now()'", 'Date.parse(text)'])(
  'the rule does not report %s',
  (text) => {
    expect(clocksOf({ path: 'src/x.test.ts', text: `const x = ${text};` })).toEqual([]);
  },
);
