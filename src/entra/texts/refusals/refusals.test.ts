import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AppError } from '#base/errors.ts';
import { applicationRefusals } from './application-refusals.ts';
import { mappingRefusals } from './mapping-refusals.ts';
import { objectRefusals } from './object-refusals.ts';
import { StandInError } from './stand-in-error.ts';
import { zhApplicationRefusals } from './zh-application-refusals.ts';
import { zhMappingRefusals } from './zh-mapping-refusals.ts';
import { zhObjectRefusals } from './zh-object-refusals.ts';

type Text = string | ((...values: unknown[]) => string);

/** Returns the texts of a catalog by their path, such as `users.needs`. */
function textsOf(catalog: object, path = ''): readonly (readonly [string, Text])[] {
  return Object.entries(catalog).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? textsOf(value, `${path}${name}.`)
      : [[`${path}${name}`, value as Text] as const],
  );
}

/** Used as the values of every text, in this order. */
const values = ['"N1"', '"N2"', '"N3"', '"N4"'];
const fill = (text: Text, filling: readonly unknown[]) => (typeof text === 'string' ? text : text(...filling));

const catalogs = [
  ['objects', objectRefusals, zhObjectRefusals],
  ['applications', applicationRefusals, zhApplicationRefusals],
  ['mappings', mappingRefusals, zhMappingRefusals],
] as const;

/** Their values are not names: a choice between texts, functions, or lists. */
const special = new Set([
  'rule.pattern',
  'scope.pattern',
  'invalid',
  'values.unknown',
  'onDemand.disabled',
  'onDemand.unknown',
]);
/** Texts that join others, and names of formats. */
const joins = new Set([
  'problem',
  'files.inRow',
  'settings.field',
  'settings.invalid',
  'rule.notFound',
  'shape',
  'ofTarget',
]);

describe.each(catalogs)('the refusals about %s', (_name, english, chinese) => {
  const inChinese = new Map(textsOf(chinese));

  test.each(textsOf(english).filter(([path]) => !special.has(path)))(
    '%s has the values of the English text in Chinese',
    (path, text) => {
      const zh = fill(inChinese.get(path) ?? '', values);
      const en = fill(text, values);
      if (!joins.has(path)) expect(zh).toMatch(/\p{Script=Han}/u);
      const shown = values.filter((value) => en.includes(value));
      expect(shown.filter((value) => !zh.includes(value))).toEqual([]);
    },
  );
});

test('a refusal has its message in both languages, also if it quotes another one', () => {
  const inner = new StandInError('notFound', ({ users }) => users.unknown('"ann"'));
  const outer = new StandInError('invalidBody', (texts) =>
    texts.files.inRow(texts.files.line(3), texts.ofError(inner)),
  );
  expect([outer.message, outer.chinese]).toEqual([
    'line 3: There is no user "ann" in the tenant.',
    '第 3 行：租户中没有用户 "ann"。',
  ]);
  expect(new AppError('notFound', 'x').chinese).toBeUndefined();
});

/** Requests that no page sends: the syntax of OData, and the deltas that programs follow. Commands are in English. */
const forPrograms = [
  'graph-api/odata/',
  'graph-api/delta.ts',
  'graph-api/list-objects.ts',
  'graph-api/resources/expand.ts',
  'graph-api/resources/reference.ts',
  'graph-api/resources/select.ts',
  'graph-api/routes/delta-routes.ts',
  'graph-api/routes/log-routes.ts',
];
/** Classes of errors, and errors of commands. */
const others = ['graph-api/graph-error.ts', 'texts/refusals/stand-in-error.ts', 'source/tenants.ts'];
const throwing = /new (?:App|Graph)Error\(|extends AppError/g;

/** True if a source file has a class of errors, or an error without its message in Chinese. */
function hasEnglishError(source: string): boolean {
  return [...source.matchAll(throwing)].some(({ 0: found, index }) => {
    return found.startsWith('extends') || !source.slice(index, source.indexOf(');\n', index)).includes('chinese');
  });
}

test('throws errors without a Chinese message only for requests that no page sends', () => {
  const root = join(import.meta.dirname, '..', '..');
  const files = ['.', '../expressions', '../outbound']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    )
    .filter((file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file));
  const inEnglish = files.filter((file) => hasEnglishError(readFileSync(join(root, file), 'utf8')));
  const known = [...forPrograms, ...others];
  expect(inEnglish.filter((file) => !known.some((prefix) => file.startsWith(prefix)))).toEqual([]);
  expect(known.filter((prefix) => !inEnglish.some((file) => file.startsWith(prefix)))).toEqual([]);
});
