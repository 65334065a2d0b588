import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { markedLines, markers } from './support/plain-english.ts';
import { repositoryFiles } from './support/repository-files.ts';

/** Sources, tests, scripts and documents, except the file that lists the markers. */
const texts = repositoryFiles().filter(
  (path) => /\.(ts|mjs|md|sh)$|^tests\/.*\.json$|^\.ci\//.test(path) && path !== 'tests/support/plain-english.ts',
);

test('no source, test or document contains a wording that plain-english.ts lists', () => {
  expect(texts.length).toBeGreaterThan(1_000);
  expect(texts.flatMap((path) => markedLines({ path, text: readFileSync(path, 'utf8') }))).toEqual([]);
});

test.for(markers.map(({ name, example }) => [name, example] as const))(
  'the rule "%s" finds "%s"',
  ([name, example]) => {
    expect(markedLines({ path: 'x.md', text: `fine\n${example}` })).toEqual([
      expect.stringMatching(new RegExp(`^x\\.md:2: "${RegExp.escape(name)}" `)),
    ]);
  },
);

test.for([
  'There is no user "x".',
  'It is no longer active.',
  'The filter userName eq "nobody" finds nothing.',
  'nobody@example.com',
  'The stand-in sends the same bytes.',
  'The analysis is complete.',
  'aria-labelledby',
])('"%s" is accepted', (text) => {
  expect(markedLines({ path: 'x.md', text })).toEqual([]);
});
