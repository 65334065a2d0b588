import { describe, expect, test } from 'vitest';
import { errorOf } from '../../../tests/support/error-of.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { attribute, complex, type AttributeDefinition } from '#scim/schema/attribute.ts';
import { OWN, userWithOwn } from '#scim/schema/own-user.fixture.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { replaceDocument, requireElementsKept, requireImmutableKept, requireSubAttributesKept } from './immutable.ts';

const text = (name: string, characteristics: Partial<AttributeDefinition> = {}) =>
  attribute('string', name, '', characteristics);
const bound = { mutability: 'immutable' } as const;
const hidden = { mutability: 'immutable', returned: 'never' } as const;
const schema = userWithOwn(
  text('badge', bound),
  text('rooms', { multiValued: true, ...bound }),
  text('seed', hidden),
  text('note'),
  complex('laptop', '', [text('serial', bound), text('label'), text('pin', hidden)]),
  complex('cars', '', [text('plate', bound), text('color'), text('pin', hidden)], { multiValued: true }),
  complex('cards', '', [text('value'), text('chip', bound), text('color')], { multiValued: true }),
);

const replace = (before: JsonObject, after: JsonObject) =>
  replaceDocument(schema, { userName: 'ann', [OWN]: before }, { userName: 'ann', [OWN]: after });
const stored = (before: JsonObject, after: JsonObject) => replace(before, after)[OWN];
const refusal = (before: JsonObject, after: JsonObject) => errorOf(() => replace(before, after));
const definitionOf = (name: string) => {
  const found = schema.extensions.get(OWN.toLowerCase())?.attributes.get(name) ?? undefined;
  if (found === undefined) throw new Error(`no attribute ${name}`);
  return found;
};

describe('a PUT', () => {
  test.for<[string, JsonObject, JsonObject]>([
    ['sets what is immutable and was not there', {}, { badge: '1', laptop: { serial: 's' } }],
    ['sends what is immutable again', { badge: '1' }, { badge: '1', note: 'x' }],
    ['sends the values of a list in another order', { rooms: ['a', 'b'] }, { rooms: ['b', 'a'] }],
    ['changes what stands beside it', { laptop: { serial: 's', label: 'a' } }, { laptop: { serial: 's', label: 'b' } }],
    ['removes a complex value with it', { laptop: { serial: 's' } }, { note: 'x' }],
    ['removes an element with it, and adds another one', { cars: [{ plate: 'A' }] }, { cars: [{ plate: 'B' }] }],
    ['removes a list of such elements', { cars: [{ plate: 'A', color: 'red' }] }, {}],
    ['adds it to a value without it', { laptop: { label: 'a' } }, { laptop: { label: 'a', serial: 's' } }],
    [
      'changes an element beside it',
      { cards: [{ value: '1', chip: 'c' }] },
      { cards: [{ value: '1', chip: 'c', color: 'red' }] },
    ],
    [
      'changes the value of an element, which is another one then',
      { cards: [{ value: '1', chip: 'c' }] },
      { cards: [{ value: '2', chip: 'd' }] },
    ],
  ])('%s', ([, before, after]) => {
    expect(stored(before, after)).toEqual(after);
  });

  test.for<[string, JsonObject, JsonObject, string, RegExp]>([
    ['changes a value', { badge: '1' }, { badge: '2' }, 'badge', /is "1" and cannot become "2"/],
    ['removes a value', { badge: '1' }, { note: 'x' }, 'badge', /cannot be removed.*only a new resource/],
    ['removes one of a list', { rooms: ['a', 'b'] }, { rooms: ['a'] }, 'rooms', /cannot become/],
    ['exchanges one of a list', { rooms: ['a', 'b'] }, { rooms: ['a', 'c'] }, 'rooms', /cannot become/],
    [
      'changes a sub-attribute',
      { laptop: { serial: 's' } },
      { laptop: { serial: 't' } },
      'laptop.serial',
      /first remove the whole value of .*laptop/,
    ],
    [
      'removes a sub-attribute',
      { laptop: { serial: 's', label: 'a' } },
      { laptop: { label: 'a' } },
      'laptop.serial',
      /cannot be removed/,
    ],
    [
      'changes it in an element of the same key',
      { cards: [{ value: '1', chip: 'c' }] },
      { cards: [{ value: '1', chip: 'd' }] },
      'cards.chip',
      /cannot become "d"/,
    ],
    [
      'changes it in an element that goes on by what may change',
      { cars: [{ plate: 'A', color: 'red' }] },
      { cars: [{ plate: 'B', color: 'red' }] },
      'cars.plate',
      /cannot become "B"/,
    ],
  ])('that %s is refused', ([, before, after, name, message]) => {
    const error = refusal(before, after);
    expect(error).toMatchObject({ code: 'mutability', attribute: `${OWN}:${name}` });
    expect(error.message).toMatch(message);
  });

  test('keeps what is never returned and immutable, since a client cannot send it again', () => {
    expect(stored({ seed: 's', note: 'a' }, { note: 'b' })).toEqual({ seed: 's', note: 'b' });
    expect(stored({ laptop: { pin: '1', label: 'a' } }, { laptop: { label: 'b' } })).toEqual({
      laptop: { pin: '1', label: 'b' },
    });
    expect(replaceDocument(schema, { [OWN]: { seed: 's' } }, { userName: 'ann' })).toEqual({
      userName: 'ann',
      [OWN]: { seed: 's' },
    });
    const cars = [
      { color: 'red', pin: '1' },
      { color: 'blue', pin: '2' },
    ];
    expect(stored({ cars }, { cars: [{ color: 'blue' }, { color: 'green' }] })).toEqual({
      cars: [{ color: 'blue', pin: '2' }, { color: 'green' }],
    });
  });

  test('that changes what is never returned is refused without saying it', () => {
    const error = refusal({ seed: 'first-secret' }, { seed: 'second-secret' });
    expect(error).toMatchObject({ code: 'mutability', attribute: `${OWN}:seed` });
    expect(error.message).toContain('cannot be changed');
    expect(error.message).not.toMatch(/first-secret|second-secret/);
    expect(error.value).toBeUndefined();
  });

  test('of several elements that are alike goes on with each of them once, in their order', () => {
    const before = [
      { plate: 'A', color: 'red' },
      { plate: 'B', color: 'red' },
    ];
    expect(stored({ cars: before }, { cars: before.toReversed() })).toEqual({ cars: before.toReversed() });
    expect(
      refusal({ cars: before }, { cars: [{ plate: 'C', color: 'red' }, before[1] as JsonObject] }).message,
    ).toContain('is "A" and cannot become "C"');
    expect(stored({ cars: before }, { cars: [...before, { plate: 'C', color: 'red' }] })).toEqual({
      cars: [...before, { plate: 'C', color: 'red' }],
    });
  });

  test('of a resource without anything immutable is what was sent', () => {
    const after = { displayName: 'b', members: [{ value: '1' }] };
    expect(replaceDocument(compileResourceSchema('Group'), { displayName: 'a', members: [] }, after)).toEqual(after);
  });
});

describe('an operation', () => {
  const kept = (name: string, before: JsonValue | undefined, after: JsonValue | undefined) =>
    requireImmutableKept(definitionOf(name), name, before, after);

  test('sets, repeats, and removes with the value around it what is immutable', () => {
    expect(() => kept('badge', undefined, '1')).not.toThrow();
    expect(() => kept('badge', '1', '1')).not.toThrow();
    expect(() => kept('laptop', { serial: 's' }, undefined)).not.toThrow();
    expect(() => kept('cars', [{ plate: 'A' }], [])).not.toThrow();
    expect(() => kept('cars', [{ plate: 'A' }], 'none')).not.toThrow();
  });

  test('changes nothing that is immutable', () => {
    expect(errorOf(() => kept('badge', '1', '2')).code).toBe('mutability');
    expect(errorOf(() => kept('badge', '1', undefined)).code).toBe('mutability');
    expect(errorOf(() => kept('laptop', { serial: 's' }, { serial: 't' })).code).toBe('mutability');
    const cars = [{ plate: 'A', color: 'red' }];
    expect(errorOf(() => kept('cars', cars, [{ plate: 'B', color: 'red' }])).code).toBe('mutability');
  });

  test('compares neither what is no complex value, nor members, nor elements without anything immutable', () => {
    expect(() => requireSubAttributesKept(definitionOf('laptop'), 'laptop', 'text', { serial: 't' })).not.toThrow();
    expect(() => requireSubAttributesKept(definitionOf('laptop'), 'laptop', { serial: 's' }, 'text')).not.toThrow();
    expect(() =>
      requireElementsKept(definitionOf('cars'), 'members', [{ plate: 'A' }], [{ plate: 'B' }]),
    ).not.toThrow();
    expect(() => requireElementsKept(definitionOf('rooms'), 'rooms', ['a'], ['b'])).not.toThrow();
    expect(() => requireElementsKept(definitionOf('cars'), 'cars', ['text'], ['other'])).not.toThrow();
  });
});
