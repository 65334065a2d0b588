import { expect, test } from 'vitest';
import { guideSchema } from '#entra/application/guide-schema.ts';
import { mappingOf, setMapping } from '#entra/application/schema-edits.ts';
import { attributesOf, changeOf, mappingRows, nextPrecedence, type EditedMapping } from './mapping-rows.ts';

const edited: EditedMapping = {
  type: 'direct',
  text: 'jobTitle',
  defaultValue: '',
  isMatching: false,
  precedence: 1,
  isOnlyCreated: false,
};
const rowOf = (change: Partial<EditedMapping>) => {
  const schema = setMapping(guideSchema, 'User', 'nickName', changeOf({ ...edited, ...change }));
  return mappingRows(mappingOf(schema, 'User')).find(({ target }) => target === 'nickName');
};

test('shows each type of source as the reader entered it', () => {
  for (const [type, text] of [
    ['direct', 'jobTitle'],
    ['constant', 'a "quoted" value'],
    ['constant', '12'],
    ['expression', 'ToUpper([jobTitle])'],
    ['none', ''],
  ] as const) {
    expect(rowOf({ type, text }), type).toMatchObject({ type, text });
  }
});

test('keeps the default value, the matching precedence and when the mapping applies', () => {
  const row = rowOf({ defaultValue: 'x', isMatching: true, precedence: 2, isOnlyCreated: true });
  expect(row?.mapping).toMatchObject({ defaultValue: 'x', matchingPriority: 2, flowType: 'ObjectAddOnly' });
  expect(rowOf({})?.mapping).toMatchObject({ defaultValue: null, matchingPriority: 0, flowType: 'Always' });
});

test('offers the target attributes that are not mapped, and the next matching precedence', () => {
  const { source, unmapped } = attributesOf(guideSchema, 'User');
  expect(source).toContain('mailNickname');
  expect(unmapped).not.toContain('userName');
  expect(nextPrecedence(mappingOf(guideSchema, 'User'))).toBe(2);
});
