import { describe, expect, test } from 'vitest';
import type { Interface } from '#base/reasons/reason.ts';
import { reasonTable, type AnyReason } from '#base/reasons/reasons.ts';
import { sentences } from '#base/reasons/refusal.ts';
import { errorTable } from '#base/error-table.ts';
import { eventTypes } from '#audit/event-types.ts';
import { inConsole, inConsoleWords } from './console-way.ts';
import { en } from './en.ts';

/** The commands for which the console has no action. */
const withoutPage =
  /tanhua (?:key create --(?:administrator EMAIL|user USERNAME)|admin set \S+ --\S+ \w+|(?:user|group) adopt "[^"]*" --integration "[^"]*")/g;

const table: Readonly<Record<string, AnyReason>> = reasonTable;
const advices = Object.entries(table).flatMap(([code, reason]) =>
  reason.examples.flatMap((example) =>
    (['scim', 'rest'] satisfies readonly Interface[]).map((at) => [code, at, sentences(reason, example, at)] as const),
  ),
);

test.for(advices.filter(([, , text]) => text.includes('tanhua ')))(
  'the text of %s for %s names no command that the console replaces',
  ([, , text]) => {
    expect(inConsole(text, en).replaceAll(withoutPage, '')).not.toContain('tanhua ');
  },
);

/** A text without what is in quotation marks, and without commands. */
const prose = (text: string) => text.replaceAll(withoutPage, '').replaceAll(/"(?:[^"\\]|\\.)*"/g, '');

describe('the console calls an integration a source', () => {
  test.for(advices)('in the text of %s for %s', ([, , text]) => {
    expect(prose(inConsole(text, en))).not.toMatch(/integration/i);
  });

  test.for(Object.entries(errorTable))('in the title and the remedy of %s', ([, { title, remedy }]) => {
    expect(title).not.toMatch(/integration/i);
    expect(prose(inConsole(remedy, en))).not.toMatch(/integration/i);
  });

  test.for(Object.keys(eventTypes))('in the words for the type of events %s', (type) => {
    expect(en.events.typeName(type)).not.toMatch(/integration/i);
  });

  test.for([
    ['The integration "HR integration" may not.', 'The source "HR integration" may not.'],
    [
      'The key is an integration token, which can only use SCIM.',
      'The key is a key of a source, which can only use SCIM.',
    ],
    [
      'Use an integration token (tanhua user adopt "a" --integration "b").',
      'Use a key of a source (tanhua user adopt "a" --integration "b").',
    ],
    ['The integration "a \\" integration" of an integration.', 'The source "a \\" integration" of a source.'],
    ['Integrations send people: GET /api/integrations.', 'Sources send people: GET /api/integrations.'],
  ] as const)('%s', ([text, shown]) => {
    expect(inConsoleWords(text)).toBe(shown);
  });
});

test('the pages are those of the source, the rules and the person', () => {
  const rules = 'Make it optional: tanhua integration set "HR \\"1\\"" email=optional emailUnique=off.';
  expect(inConsole(rules, en)).toBe('Make it optional: Sources → HR "1" → Rules → Email, Shared emails.');
  const named = 'Make it optional: tanhua integration set "HR integration, Inc. (new)" email=optional.';
  expect(inConsole(named, en)).toBe('Make it optional: Sources → HR integration, Inc. (new) → Rules → Email.');
  const adoption =
    'To confirm: tanhua user adopt "old integration" --integration "B. integration", or POST /api/x/adopt';
  expect(inConsole(`${adoption}.`, en)).toBe('To confirm: People → old integration → Confirm the adoption.');
  expect(inConsole('Allow it (tanhua integration set NAME create=on), or not.', en)).toBe(
    'Allow it (Sources → the source → Rules → Create), or not.',
  );
  expect(inConsole('if this is the same person, an administrator runs: tanhua user restore 2819c223.', en)).toBe(
    'if this is the same person, an administrator restores the person: People → 2819c223 → Restore.',
  );
  expect(inConsole('Nothing to replace.', en)).toBe('Nothing to replace.');
});
