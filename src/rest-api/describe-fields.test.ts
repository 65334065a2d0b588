import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '#base/json.ts';
import { describeFields, fieldTextsOf, pickTexts, placeFieldTexts } from './describe-fields.ts';

/** Returns the JSON Schema of a zod schema, with the field descriptions in its properties. */
const placed = (schema: z.ZodType): JsonObject =>
  placeFieldTexts(JSON.parse(JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any' }))));

const nested = z.object({ id: z.string(), mfa: z.object({ exclusion: z.boolean() }) });

describe('describeFields()', () => {
  test('adds descriptions to fields of the object, of nested objects, of list elements and of nullable objects', () => {
    const schema = z.object({
      ...nested.shape,
      phones: z.array(z.object({ number: z.string() })),
      manager: z.object({ name: z.string() }).nullable(),
    });
    const described = describeFields(schema, {
      id: 'The id.',
      mfa: 'The second factor.',
      'mfa.exclusion': 'True without one.',
      'phones.number': 'The number.',
      'manager.name': 'The name.',
    });
    expect(placed(described)['properties']).toMatchObject({
      id: { type: 'string', description: 'The id.' },
      mfa: { description: 'The second factor.', properties: { exclusion: { description: 'True without one.' } } },
      phones: { items: { properties: { number: { description: 'The number.' } } } },
      manager: { anyOf: [{ properties: { name: { description: 'The name.' } } }, { type: 'null' }] },
    });
  });

  test('leaves no metadata in the resulting JSON Schema, and does not change the schema that is passed to it', () => {
    const described = describeFields(nested, { id: 'The id.' });
    expect(Object.keys(placed(described))).not.toContain('x-field-texts');
    expect(fieldTextsOf(nested)).toEqual({});
    expect(described.parse({ id: 'a', mfa: { exclusion: true } })).toEqual({ id: 'a', mfa: { exclusion: true } });
  });

  test('fails for a description of a field that does not exist', () => {
    expect(() => placed(describeFields(nested, { 'mfa.other': 'Another field.' }))).toThrow(
      'every described field exists',
    );
  });

  test('fails for a description of a field within a component, because it would have no effect', () => {
    const component = z.object({ name: z.string() }).meta({ id: 'testcomponent' });
    const described = describeFields(z.object({ one: component, other: component }), { 'one.name': 'The name.' });
    expect(() => placed(described)).toThrow('describes its own fields');
  });
});

test('pickTexts() keeps the descriptions of the named fields and of the fields within them', () => {
  const texts = { id: 'The id.', mfa: 'The second factor.', 'mfa.exclusion': 'True without one.', name: 'The name.' };
  expect(pickTexts(texts, ['mfa'])).toEqual({ mfa: 'The second factor.', 'mfa.exclusion': 'True without one.' });
});
