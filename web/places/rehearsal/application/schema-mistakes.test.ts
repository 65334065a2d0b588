import { expect, test } from 'vitest';
import { MistakeError } from '#base/mistake-error.ts';
import { guideSchema } from '#entra/application/guide-schema.ts';
import { enableMapping, removeMapping, removeTargetAttribute, setMapping } from '#entra/application/schema-edits.ts';
import { readMappingSource } from '#entra/application/mapping-source.ts';
import { zhExpressionMistakes } from '#base/words/zh-expression-mistakes.ts';
import { en } from '../../../words/en.ts';
import { zh } from '../../../words/zh.ts';

const schema = guideSchema;
const withoutRules = { ...schema, synchronizationRules: [] };
const withoutDirectories = { ...schema, directories: [] };
const source = (value: unknown) => () => readMappingSource({ source: value as never });
const nested = (depth: number): object =>
  depth === 0 ? {} : { name: 'Not', type: 'Function', parameters: [{ key: 'source', value: nested(depth - 1) }] };

/** An edit that fails with each of the mistakes. */
const failing: Readonly<Record<string, () => unknown>> = {
  'mappings.targetUnknown': () => removeTargetAttribute(schema, 'User', 'x'),
  'mappings.selectUnique': source({ expression: 'SelectUniqueValue([mail], [mailNickname])', type: 'Function' }),
  'mappings.notMappedYet': () => setMapping(schema, 'User', 'x', {}),
  'mappings.notMapped': () => removeMapping(schema, 'User', 'x'),
  'mappings.usersStay': () => enableMapping(schema, 'User', false),
  'mappings.noMappingOf': () => removeMapping(withoutRules, 'Group', 'x'),
  'mappings.noTargetObject': () => removeTargetAttribute(withoutDirectories, 'User', 'x'),
  'sources.unreadable': source({}),
  'sources.notSource': source('x'),
  'sources.noText': source({ type: 'Attribute' }),
  'sources.tooDeep': source(nested(200)),
  'sources.type': source({ name: 'x', type: 'Other' }),
  'sources.noKey': source({ name: 'Not', type: 'Function', parameters: [{}] }),
  'sources.noParameter': source({
    name: 'Not',
    type: 'Function',
    parameters: [{ key: 'x', value: { name: 'mail', type: 'Attribute' } }],
  }),
  'sources.twice': source({
    name: 'Not',
    type: 'Function',
    parameters: ['1', '2'].map((name) => ({ key: 'source', value: { name, type: 'Constant' } })),
  }),
};

test.each(Object.entries(failing))('the edit that fails with %s says it in the language of the page', (_path, edit) => {
  let thrown: unknown;
  try {
    edit();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(MistakeError);
  const mistake = thrown as MistakeError;
  expect(en.mistake(mistake)).toBe(mistake.message);
  expect(zh.mistake(mistake)).toMatch(/\p{Script=Han}/u);
});

test('an edit fails with each mistake of a mapping and of a source', () => {
  const { mappings, sources } = zhExpressionMistakes;
  const paths = Object.entries({ mappings, sources }).flatMap(([group, texts]) =>
    Object.keys(texts).map((name) => `${group}.${name}`),
  );
  expect(Object.keys(failing).toSorted()).toEqual(paths.toSorted());
});
