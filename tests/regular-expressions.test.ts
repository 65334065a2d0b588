import { readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';
import { expect, test } from 'vitest';
import { repositoryFiles } from './support/repository-files.ts';
import { slownessOf } from './support/slow-patterns.ts';

/**
 * A client chooses the length of most texts, so the time of a search has to grow with the length, and not with its square. Use
 * `withoutEnd` (src/base/without-ends.ts) for `\s+$`, or write `(?<!\w)\w+` for `\w+`. These texts cannot be long:
 */
const exceptions: ReadonlySet<string> = new Set([
  // The program generates the text.
  'src/directory/password-hash.ts: =+$',
  'src/entra/source/generator/generate-user.ts: _.*$',
  // A message of at most 4,000 characters (src/audit/event-error.ts), of a refusal.
  'src/request-log/named-fault.ts: "(?<value>(?:[^"\\\\]|\\\\.)*)"',
  // Seven digits.
  'src/expressions/dates/format-date.ts: 0+$',
  // The statement before it leaves no two spaces in a row.
  'src/mail/render-mail.ts:  +([.?!,])',
]);

interface Pattern {
  readonly path: string;
  readonly pattern: string;
  readonly flags: string;
}

function patternsIn(path: string): readonly Pattern[] {
  const found: Pattern[] = [];
  new Visitor({
    Literal: (node) => {
      if ('regex' in node) found.push({ path, pattern: node.regex.pattern, flags: node.regex.flags });
    },
  }).visit(parseSync(path, readFileSync(path, 'utf8')).program);
  return found;
}

test('no regular expression of the product needs a time that grows with the square of a text', () => {
  const files = repositoryFiles().filter(
    (path) => /^(?:src|web)\/.*\.tsx?$/.test(path) && !/\.(?:test|fixture)\.tsx?$/.test(path),
  );
  const patterns = files.flatMap(patternsIn);
  expect(patterns.length).toBeGreaterThan(400);
  const slow = patterns.flatMap(({ path, pattern, flags }) => {
    const reason = slownessOf(pattern, flags);
    return reason === undefined ? [] : [{ place: `${path}: ${pattern}`, reason }];
  });
  expect(slow.filter(({ place }) => !exceptions.has(place))).toEqual([]);
  expect(new Set(slow.map(({ place }) => place))).toEqual(exceptions);
});

test.for([
  [String.raw`\s+$`, ''],
  [String.raw`^a|[^\p{L}]+$`, 'gu'],
  [String.raw`[\p{L}.]*[\p{L}]`, 'gu'],
  [String.raw`"(?<value>(?:[^"\\]|\\.)*)"`, 'g'],
  [String.raw`\(?(?:x)?(?<place>[^\s()]+:\d+)$`, ''],
  [String.raw`([\w$-]+)\s+eq`, 'gi'],
  ['<[^>]*>', 'g'],
  ['(?:a+|b)c', ''],
  ['a{2,}b', ''],
] as const)('reports /%s/%s', ([pattern, flags]) => {
  expect(slownessOf(pattern, flags)).toMatch(/something has to follow/);
});

test.for([
  [String.raw`^\s+$`, ''],
  [String.raw`\s+`, 'g'],
  [String.raw`[\p{L}]+`, 'gu'],
  [String.raw`\s*"x"`, 'y'],
  [String.raw`(?<!\w)\w+\s+eq`, 'g'],
  [String.raw`"(?:[^"\\]|\\.)*"?`, 'g'],
  ['"[^"]*"', 'g'],
  [String.raw`<[^<>]*>`, 'g'],
  ['a?b', ''],
  ['[)]', ''],
] as const)('accepts /%s/%s', ([pattern, flags]) => {
  expect(slownessOf(pattern, flags)).toBeUndefined();
});
