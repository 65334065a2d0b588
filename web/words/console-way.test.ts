import { expect, test } from 'vitest';
import type { Interface } from '#base/reasons/reason.ts';
import { reasonTable, type AnyReason } from '#base/reasons/reasons.ts';
import { sentences } from '#base/reasons/refusal.ts';
import { inConsole } from './console-way.ts';
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

test('the pages are those of the source, the rules and the person', () => {
  const rules = 'Make it optional: tanhua integration set "HR \\"1\\"" email=optional emailUnique=off.';
  expect(inConsole(rules, en)).toBe('Make it optional: Sources → HR "1" → Rules → Email, Shared emails.');
  expect(inConsole('Allow it (tanhua integration set NAME create=on), or not.', en)).toBe(
    'Allow it (Sources → the source → Rules → Create), or not.',
  );
  expect(inConsole('if this is the same person, an administrator runs: tanhua user restore 2819c223.', en)).toBe(
    'if this is the same person, an administrator restores the person: People → 2819c223 → Restore.',
  );
  expect(inConsole('Nothing to replace.', en)).toBe('Nothing to replace.');
});
